/** What programs type: lines of JSON on standard input, each answered by one `input` event. The end of the input ends nothing. */
import { createInterface } from 'node:readline';
import type { DeviceView, HandsAct, HandsResult } from '../protocol/hands.ts';
import type { EventLine } from './agent-events.ts';
import { parseTypedJson } from './terminal/typed.ts';

/** The person in front of a device. */
export interface Person {
  view(): DeviceView;
  act(act: HandsAct): HandsResult;
}

/** Returns how to stop listening: an open pipe would keep the process. */
export function listenToLines(input: NodeJS.ReadStream, person: Person, print: (line: EventLine) => void): () => void {
  const lines = createInterface({ input, terminal: false });
  lines.on('line', (text) => {
    if (text.trim() !== '') print(answerTo(text, person));
  });
  // A pipe whose other end broke has nothing more to say, and neither has one that was closed.
  input.on('error', () => lines.close());
  return () => {
    lines.close();
    input.destroy();
  };
}

/** Nothing of what was typed is in the answer: it may be a passcode. */
function answerTo(text: string, person: Person): EventLine {
  const parsed = parseTypedJson(text);
  if ('wrong' in parsed) return { event: 'input', outcome: 'invalid', message: parsed.wrong };
  const { outcome, view } = person.act(parsed.act);
  return { event: 'input', outcome, screen: view.screen.kind, view: view.screen };
}
