/** All scenarios that come with mockfleet, searched by what they ask. */
import { scenario } from '../live/events.ts';
import { useRemote } from '../live/use-remote.ts';
import { href, replaceQuery, route } from '../router.ts';
import { Badge, Card, Empty, Loading, PageHead, Trouble } from '../ui/parts.tsx';
import { loadCatalogue, type ScenarioEntry } from './moves.ts';
import { StateOf } from './words.tsx';

export function Catalogue() {
  const { data, error, reload } = useRemote('/mockfleet/scenarios', loadCatalogue);
  const query = route.value.query.get('search') ?? '';
  const platform = route.value.query.get('platform') ?? '';
  const found = (data ?? []).filter((entry) => fits(entry, query, platform));
  const platforms = [...new Set((data ?? []).flatMap((entry) => entry.platforms))].sort();
  return (
    <>
      <PageHead
        title="Scenarios"
        sub="Tickets as they come in, each with a tenant and devices of its own: play one, look at both sides, go on by hand."
      />
      <Played />
      <search class="row scenario-search">
        <input
          type="search"
          aria-label="Search scenarios"
          placeholder="Question, name or requirement, for example NC-04"
          value={query}
          onInput={(event) => replaceQuery({ search: event.currentTarget.value, platform })}
        />
        <select
          aria-label="Platform"
          value={platform}
          onChange={(event) => replaceQuery({ search: query, platform: event.currentTarget.value })}
        >
          <option value="">All platforms</option>
          {platforms.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <span class="quiet" role="status">
          {data === undefined ? '' : `${found.length} of ${data.length}`}
        </span>
      </search>
      {error !== undefined ? <Trouble error={error} onRetry={reload} /> : null}
      {data === undefined && error === undefined ? <Loading /> : null}
      {data !== undefined && found.length === 0 ? (
        <Empty>No scenario fits. Search for fewer words, or choose all platforms.</Empty>
      ) : (
        <ul class="catalogue">
          {found.map((entry) => (
            <li key={entry.name}>
              <Entry entry={entry} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Played() {
  const view = scenario.value;
  if (view === null) return null;
  return (
    <p class="played">
      <StateOf view={view} /> <a href={href(['scenarios', view.name])}>{view.title}</a> is played now.
    </p>
  );
}

function Entry({ entry: { name, title, question, devices, days, platforms, requirements } }: { entry: ScenarioEntry }) {
  return (
    <Card>
      <a class="title" href={href(['scenarios', name])}>
        {question ?? title}
      </a>
      {question === null ? null : <p>{title}</p>}
      <p class="row">
        {platforms.map((platform) => (
          <Badge key={platform} tone="info">
            {platform}
          </Badge>
        ))}
        {requirements.map((id) => (
          <Badge key={id}>{id}</Badge>
        ))}
        <span class="quiet">
          {devices.toLocaleString('en-US')} {devices === 1 ? 'device' : 'devices'}, {days} {days === 1 ? 'day' : 'days'}
        </span>
      </p>
    </Card>
  );
}

/** All words, wherever they stand. */
function fits({ name, title, question, platforms, requirements }: ScenarioEntry, query: string, platform: string): boolean {
  if (platform !== '' && !platforms.includes(platform)) return false;
  const text = [name, title, question ?? '', ...platforms, ...requirements].join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
