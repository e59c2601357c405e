/** Moves the tenant's clock, and keeps in mind what a jump has brought so far. The stub lives the way there by itself: nobody waits for it. */
import { effect, signal, untracked } from '@preact/signals';
import { get, post } from '../api.ts';
import { type ClockView, clock, now } from '../live/clock.ts';
import { notes } from '../live/events.ts';
import type { Note } from '../live/words.ts';
import { confirm } from '../ui/dialog.tsx';
import { instantText } from '../ui/time.tsx';
import { attempt, say } from '../ui/toast.tsx';

export interface Jump {
  /** ISO 8601. */
  from: string;
  target: string;
  /** Happenings on the way that this page has heard of; a stub that is busy tells only the newest. */
  count: number;
  latest: Note | null;
}

/** The jump that is under way, of whoever asked for it. */
export const jump = signal<Jump | null>(null);

/** Where the jump goes that this page has asked for: its end is said here, and not that of each hop of a scenario. */
let asked: string | null = null;
let newest: Note | undefined;

effect(() => {
  const advance = clock.value?.advance ?? null;
  const heard = notes.value;
  untracked(() => {
    const before = jump.value;
    const fresh = freshOf(heard);
    newest = heard[0] ?? newest;
    if (advance === null) {
      jump.value = null;
      sayEnd(before);
      return;
    }
    const isSame = before !== null && before.target === advance.target;
    const onTheWay = fresh.filter(({ at }) => Date.parse(at) >= Date.parse(advance.from));
    jump.value = {
      ...advance,
      count: (isSame ? before.count : 0) + onTheWay.length,
      latest: onTheWay[0] ?? (isSame ? before.latest : null),
    };
  });
});

/** After a new connection the latest ones come again: of those only what is younger counts. */
function freshOf(heard: readonly Note[]): readonly Note[] {
  const last = newest;
  if (last === undefined) return heard;
  const known = heard.indexOf(last);
  return known >= 0 ? heard.slice(0, known) : heard.filter(({ at }) => Date.parse(at) > Date.parse(last.at));
}

/** @param before what was under way until now; null: it was over before this page heard of it */
function sayEnd(before: Jump | null): void {
  const view = clock.value;
  if (asked === null || view === null || (view.advance ?? null) !== null) return;
  const hasArrived = Date.parse(view.now) >= Date.parse(asked);
  if (!hasArrived && before?.target !== asked) return;
  say(
    hasArrived
      ? `It is ${instantText(view.now)} now.`
      : `The jump has ended at ${instantText(view.now)}, on the way to ${instantText(asked)}.`,
  );
  asked = null;
}

type Way = { advance: string } | { set: string };
type Move = (Way & { wait: false }) | { speed: number } | { stop: true };

/** The stub tells of the clock by itself: an answer may be older than what was heard since. */
async function move(body: Move): Promise<ClockView | null> {
  let view: ClockView | null = null;
  await attempt(async () => {
    view = await post<ClockView>('/mockfleet/clock', body);
  });
  return view;
}

async function jumpAs(way: Way): Promise<boolean> {
  if (jump.value !== null) {
    say('A jump is under way. Stop it first, or wait until it is there.', 'refused');
    return false;
  }
  const view = await move({ ...way, wait: false });
  if (view === null) return false;
  const target = view.advance?.target;
  if (target === undefined) say(`It is ${instantText(view.now)} now.`);
  else {
    asked = target;
    sayEnd(null);
  }
  return true;
}

/** @param duration `1h`, `7d` */
export const jumpBy = (duration: string) => jumpAs({ advance: duration });
/** @param instant ISO 8601 */
export async function jumpTo(instant: string): Promise<boolean> {
  const isBack = Date.parse(instant) < now.value;
  const goesOn =
    !isBack ||
    (await confirm({
      title: 'Back in time',
      text: `The clock is set back to ${instantText(instant)}. What was lived stays as it is: records, mails and logs keep their later dates.`,
      yes: 'Set it back',
    }));
  return goesOn && (await jumpAs({ set: instant }));
}
export const stopJump = () => move({ stop: true });
/** @param speed 0 frozen, 1 real */
export const setSpeed = async (speed: number) => (await move({ speed })) !== null;

/** What is coming, the soonest of each kind. */
export interface Happening {
  kind: string;
  /** ISO 8601. */
  at: string;
  deviceId: string | null;
  deviceName: string | null;
  /** So many at that time. */
  count?: number;
}

export const loadHappenings = (stop: AbortSignal) => get<Happening[]>('/mockfleet/clock/next', { signal: stop });
