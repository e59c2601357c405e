/** Says on every page that what is served is a scenario's tenant, and not one's own. */
import './banner.css';
import { scenario } from '../live/events.ts';
import { href } from '../router.ts';
import { instantText } from '../ui/time.tsx';
import { backToTenant, goOn } from './moves.ts';
import { StateOf } from './words.tsx';

export function ScenarioBanner() {
  const view = scenario.value;
  if (view === null) return null;
  return (
    <section class="scenario-banner" aria-label="Scenario">
      <span class="what">
        <StateOf view={view} />{' '}
        <a href={href(['scenarios', view.name])} title={view.question}>
          {view.title}
        </a>{' '}
        <span class="about">at {instantText(view.at)}; your own tenant is put aside</span>
      </span>
      {view.state === 'waiting' && view.remaining.length > 0 ? (
        <button type="button" onClick={() => void goOn('next-step')}>
          Next step
        </button>
      ) : null}
      <button type="button" onClick={() => void backToTenant()}>
        Back to my tenant
      </button>
    </section>
  );
}
