/** Scenarios: the catalogue, and one of them, before and while it is played. */
import './scenarios.css';
import { scenario } from '../live/events.ts';
import { useRemote } from '../live/use-remote.ts';
import { href, route } from '../router.ts';
import { Empty, Loading, Trouble } from '../ui/parts.tsx';
import { Catalogue } from './catalogue.tsx';
import { loadCatalogue } from './moves.ts';
import { PlayedScenario } from './played.tsx';
import { ScenarioDetail } from './scenario-detail.tsx';

export default function ScenariosPage() {
  const [, name] = route.value.path;
  if (name === undefined) return <Catalogue />;
  const played = scenario.value;
  return (
    <>
      <p class="back">
        <a href={href(['scenarios'])}>All scenarios</a>
      </p>
      {played?.name === name ? <PlayedScenario view={played} /> : <NotPlayed name={name} />}
    </>
  );
}

function NotPlayed({ name }: { name: string }) {
  const { data, error, reload } = useRemote('/mockfleet/scenarios', loadCatalogue);
  if (error !== undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  const entry = data.find((one) => one.name === name);
  if (entry === undefined) return <Empty>There is no scenario of this name. Choose one of the catalogue.</Empty>;
  return <ScenarioDetail entry={entry} key={name} />;
}
