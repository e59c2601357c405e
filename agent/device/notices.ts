/** Texts that the management shows to the person in front of the device. */
import type { ServerMessage } from '../../protocol/messages.ts';
import { checkInAnswered } from './check-in.ts';
import type { DeviceOut } from './effects.ts';
import type { DeviceState } from './state.ts';

type NoticeMessage = Extract<ServerMessage, { type: 'notice' }>;

/** Comes within a check-in, and stands on the screen from then on; one that was shown already is shown no second time. */
export function noticeArrived(state: DeviceState, { noticeId, at, title, body }: NoticeMessage, now: number, out: DeviceOut): void {
  checkInAnswered(state, now, out);
  if (state.exchange === 'check-in') state.replyBy = now + state.replyMs;
  if (state.notices.some(({ id }) => id === noticeId)) return;
  state.notices = [...state.notices, { id: noticeId, at, title, body }].slice(-noticesMax);
  out.note({ kind: 'notice', title });
}

/** The oldest ones go. */
const noticesMax = 20;
