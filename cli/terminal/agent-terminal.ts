/**
 * A device on a terminal: draws what frame.ts says, and hands on what is typed. Only rows that changed are written, all of them at
 * once, so that nothing flickers.
 */
import { emitKeypressEvents } from 'node:readline';
import type { InputOutcome, ScreenField } from '../../protocol/screens.ts';
import type { Person } from '../agent-stdin.ts';
import { drawFrame } from './frame.ts';
import { emptyLine, type Key, type Line, pressKey } from './line.ts';
import { parseTyped, typedHelp } from './typed.ts';

export interface AgentTerminal {
  /** An event for the log below the screen. */
  event(text: string): void;
  /** The device shows, or is, something else. */
  changed(): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

/** What is needed of a terminal: standard input and output are such ones. */
export interface TerminalInput extends NodeJS.ReadableStream {
  setRawMode(isRaw: boolean): unknown;
}
export interface TerminalOutput {
  columns?: number;
  rows?: number;
  hasColors(): boolean;
  write(text: string): unknown;
  on(event: 'resize', hear: () => void): unknown;
  off(event: 'resize', hear: () => void): unknown;
}

export interface AgentTerminalOptions {
  input: TerminalInput;
  output: TerminalOutput;
  person: Person;
  /** The person wants to leave. */
  onQuit: () => void;
}

const logLinesMax = 200;

const enterScreen = '\x1b[?1049h\x1b[2J';
const leaveScreen = '\x1b[?1049l';

export function openAgentTerminal({ input, output, person, onQuit }: AgentTerminalOptions): AgentTerminal {
  const log: string[] = [];
  let line: Line = emptyLine;
  let fields: readonly ScreenField[] = [];
  let message = '/help says what can be typed.';
  let drawn: string[] = [];
  let scheduled = false;
  let closed = false;

  const draw = () => {
    scheduled = false;
    if (closed) return;
    const { columns = 80, rows = 24 } = output;
    const frame = drawFrame({ device: person.view(), line, fields, message, log, columns, rows, color: output.hasColors() });
    const count = Math.max(frame.lines.length, drawn.length);
    let text = '';
    for (let row = 0; row < count; row++) {
      const wanted = frame.lines[row] ?? '';
      if (wanted !== drawn[row]) text += `\x1b[${row + 1};1H${wanted}\x1b[K`;
    }
    drawn = frame.lines;
    output.write(`${text}\x1b[${frame.cursor.row + 1};${frame.cursor.column + 1}H`);
  };
  const changed = () => {
    if (scheduled || closed) return;
    scheduled = true;
    setImmediate(draw);
  };

  const entered = ({ text, screen }: Line) => {
    if (text === '') return;
    const typed = parseTyped(text, { screen, isOn: person.view().power === 'on' });
    if ('wrong' in typed) message = typed.wrong;
    else if ('act' in typed) message = sentenceOf(person.act(typed.act).outcome);
    else if (typed.local === 'quit') onQuit();
    else {
      message = '';
      log.push(...typedHelp);
    }
  };
  const onKey = (typed: string | undefined, key: Key) => {
    const { screen } = person.view();
    const begun = line.screen === undefined;
    const result = pressKey(line, typed, key, screen.number);
    line = result.line;
    // What was secret on the screen that the line was begun on stays hidden.
    if (begun) fields = screen.fields;
    if (result.done === 'quit') return onQuit();
    if (result.done === 'entered') {
      line = emptyLine;
      entered(result.line);
    }
    changed();
  };
  const onResize = () => {
    drawn = [];
    output.write('\x1b[2J');
    changed();
  };
  const restore = () => {
    if (closed) return;
    closed = true;
    input.setRawMode(false);
    output.write(leaveScreen);
  };

  emitKeypressEvents(input);
  input.setRawMode(true);
  input.on('keypress', onKey);
  input.resume();
  output.on('resize', onResize);
  // However the process ends, the terminal must be usable afterwards.
  process.once('exit', restore);
  output.write(enterScreen);
  changed();

  return {
    event(text) {
      log.push(text);
      log.splice(0, Math.max(0, log.length - logLinesMax));
      changed();
    },
    changed,
    close() {
      restore();
      process.off('exit', restore);
      input.off('keypress', onKey);
      output.off('resize', onResize);
      input.pause();
    },
  };
}

function sentenceOf(outcome: InputOutcome): string {
  switch (outcome) {
    case 'done':
      return '';
    case 'refused':
      return 'The device refused it.';
    case 'waiting':
      return 'Asked; the screen will show the answer.';
    case 'screen-changed':
      return 'Another screen came while you were typing: nothing was typed into it.';
    case 'no-such-button':
      return 'This screen has no such button.';
    case 'no-such-field':
      return 'This screen has no such field.';
    case 'nothing-to-type':
      return 'This screen has nothing to type into. Buttons are pressed with /name.';
  }
}
