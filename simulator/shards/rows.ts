import type { Store } from '../../server-stub/store/store.ts';
import type { DeviceOutcome, NotificationMessage, RunRows } from '../result.ts';
import type { Recorded } from '../world/recorded.ts';
import type { Tally } from '../world/tally.ts';

/** What a run's file has of the devices that this store knows. */
export function rowsOf(
  store: Store,
  devices: () => Iterable<DeviceOutcome>,
  { notifications }: Pick<Tally, 'notifications'>,
  recorded: Recorded | null,
): RunRows {
  return {
    devices,
    commands: () => store.allCommands(),
    mails: () => store.mails(),
    signIns: () => store.signIns(),
    notifications: () => toDevices(notifications.messages()),
    recorded,
  };
}

function* toDevices(messages: Iterable<NotificationMessage>): Iterable<NotificationMessage> {
  for (const message of messages) if (message.deviceId !== null) yield message;
}
