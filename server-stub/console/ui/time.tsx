/** Instants and durations for people. Everything is of the stub's clock, in UTC, as the service writes it. */
import { now } from '../live/clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What Graph says for "never" and "not known". */
const nothing = /^(0001-01-01|9999-12-31)/;

/** `2026-03-04 08:15`; with seconds where they are asked for. */
export function instantText(iso: string, seconds = false): string {
  return nothing.test(iso) ? '—' : `${iso.slice(0, 10)} ${iso.slice(11, seconds ? 19 : 16)}`;
}

/** `3 d`, `5 h`, `12 min`; '< 1 min'. */
export function spanText(ms: number): string {
  const span = Math.abs(ms);
  if (span < minuteMs) return '< 1 min';
  if (span < hourMs) return `${Math.floor(span / minuteMs)} min`;
  if (span < 2 * dayMs) return `${Math.floor(span / hourMs)} h`;
  return `${Math.floor(span / dayMs)} d`;
}

/** An instant; how long ago or ahead it is stands beside it. */
export function Instant({ at, relative = false }: { at: string | null | undefined; relative?: boolean }) {
  if (at === null || at === undefined || nothing.test(at)) return <span class="quiet">—</span>;
  const away = Date.parse(at) - now.value;
  const word = Number.isNaN(away) ? '' : away > 0 ? `in ${spanText(away)}` : `${spanText(away)} ago`;
  return (
    <time dateTime={at} title={`${instantText(at, true)} UTC${word === '' ? '' : `, ${word}`}`}>
      {relative && word !== '' ? word : instantText(at)}
    </time>
  );
}
