/** What happens in a scenario, one step below the other: what was lived, where it stands, what remains. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ScenarioStep } from '../live/words.ts';
import { instantText } from '../ui/time.tsx';
import { sinceText, Who } from './words.tsx';

interface TimelineProps {
  startAt: string;
  lived: readonly ScenarioStep[];
  remaining: readonly ScenarioStep[];
  /** Between the two; absent: it is not played. */
  here?: ComponentChildren;
  /** Looks at a step's device; absent where there are none to look at. */
  onLook?: (device: string) => void;
  canLook?: (device: string) => boolean;
  looked?: string | null;
}

/** A fleet's timeline says nothing line by line. */
const stepsMax = 200;

export function Timeline({ startAt, lived, remaining, here, onLook, canLook, looked }: TimelineProps) {
  const list = useRef<HTMLOListElement>(null);
  const mark = useRef<HTMLLIElement>(null);
  // Where it stands is in sight, with what comes next below it.
  useLayoutEffect(() => {
    if (list.current === null || mark.current === null) return;
    list.current.scrollTop = mark.current.offsetTop - list.current.clientHeight / 2;
  }, [lived.length, remaining.length]);
  const step = (one: ScenarioStep, index: number, isLived: boolean) => (
    <li key={`${isLived} ${index}`} class={isLived ? 'lived' : undefined}>
      <span class="when" title={`${instantText(one.at, true)} UTC`}>
        {sinceText(one.at, startAt)}
      </span>
      <Who who={one.who} />
      <span class="what">
        {one.device === null ? null : onLook !== undefined && canLook?.(one.device) === true ? (
          <button type="button" class="link" aria-pressed={looked === one.device} onClick={() => onLook(one.device as string)}>
            {one.device}
          </button>
        ) : (
          <span class="quiet">{one.device}</span>
        )}{' '}
        {one.what}
      </span>
    </li>
  );
  const before = lived.slice(-stepsMax);
  const after = remaining.slice(0, stepsMax);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is too long is scrolled by keyboard, too
    <ol ref={list} class="timeline" aria-label="What happens" tabIndex={0}>
      {lived.length > before.length ? <li class="quiet">{lived.length - before.length} earlier steps are not shown.</li> : null}
      {before.map((one, index) => step(one, lived.length - before.length + index, true))}
      {here === undefined ? null : (
        <li ref={mark} class="here" aria-current="step">
          {here}
        </li>
      )}
      {after.map((one, index) => step(one, index, false))}
      {remaining.length > after.length ? <li class="quiet">… and {remaining.length - after.length} more.</li> : null}
    </ol>
  );
}
