/** What each kind of screen is made of: what it shows, and what its buttons do. */
import type { InputOutcome, ScreenField, ScreenView } from '../../protocol/screens.ts';
import type { DeviceOut } from '../device/effects.ts';
import type { DeviceState } from '../device/state.ts';

/** A view's lines are no longer (protocol/hands.ts). */
const lineCharsMax = 2048;

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** As many whole characters, as a person sees them, as a line takes; an ellipsis stands for the others. */
export function cutLine(text: string): string {
  if (text.length <= lineCharsMax) return text;
  let end = 0;
  for (const { index, segment } of segmenter.segment(text)) {
    if (index + segment.length > lineCharsMax - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}\u2026`;
}

export interface Pressing {
  /** Name of the button. */
  button: string;
  /** Each of the screen's fields; what was not filled in is empty. */
  values: Readonly<Record<string, string>>;
  now: number;
  out: DeviceOut;
  /** The tenant's enrollment token, if the driver knows it. */
  token: string | undefined;
}

export type Press = (state: DeviceState, pressing: Pressing) => InputOutcome;

export interface Screen {
  view(state: DeviceState): Omit<ScreenView, 'number' | 'kind' | 'notice' | 'banner'>;
  /** By button. Only buttons that the view shows are ever pressed. */
  press: Readonly<Record<string, Press>>;
  /** Of buttons that come and go. */
  pressOther?: Press;
}

/** Says why, and does nothing. */
export function refuse(state: DeviceState, notice: string): InputOutcome {
  state.notice = notice;
  return 'refused';
}

export function secretField(name: string, label: string): ScreenField {
  return { name, label, secret: true };
}
