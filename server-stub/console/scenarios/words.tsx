/** Words of scenarios: who did something, how it stands, when that was. */
import type { ScenarioView } from '../live/words.ts';
import { Badge, type Tone } from '../ui/parts.tsx';

const whoTones: Record<string, Tone> = { administrator: 'info', user: 'good', network: 'bad', fault: 'bad', expected: 'warn' };

export function Who({ who }: { who: string }) {
  return <Badge tone={whoTones[who] ?? 'quiet'}>{who}</Badge>;
}

const states: Record<ScenarioView['state'], readonly [label: string, tone: Tone, text: string]> = {
  playing: ['Being lived', 'info', 'It is being lived right now; the clock and the devices are its own until it stands still.'],
  waiting: ['Waiting', 'warn', 'It stands still. Look around, do something by hand if you like, then let it go on.'],
  byHand: ['By hand', 'good', 'The clock, the devices and the tenant are yours: the scenario does nothing any more.'],
};

export function StateOf({ view }: { view: ScenarioView }) {
  const [label, tone] = states[view.state];
  return <Badge tone={tone}>{label}</Badge>;
}

export const stateText = ({ state }: ScenarioView): string => states[state][2];

const minuteMs = 60_000;

/** `day 3, 02:15`: since its start, as timelines are told. */
export function sinceText(at: string, startAt: string): string {
  const minutes = Math.max(0, Math.floor((Date.parse(at) - Date.parse(startAt)) / minuteMs));
  const two = (count: number) => String(count).padStart(2, '0');
  return `day ${Math.floor(minutes / 1440)}, ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

const noted: Record<string, string> = { bypassCode: 'bypass code', passcode: 'passcode', unlockPin: 'unlock PIN' };

export const notedWord = (what: string): string => noted[what] ?? what;
