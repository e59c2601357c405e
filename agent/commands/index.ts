/** Every command that a device carries out, one file each. A new one is one file and one row. */
import type { Command, CommandType } from '../../protocol/commands.ts';
import type { DeviceOut } from '../device/effects.ts';
import type { DeviceState } from '../device/state.ts';
import { cleanWindowsDevice } from './clean-windows-device.ts';
import { deleteUserFromSharedAppleDevice } from './delete-user-from-shared-apple-device.ts';
import { disableLostMode } from './disable-lost-mode.ts';
import { enableLostMode } from './enable-lost-mode.ts';
import { locateDevice } from './locate-device.ts';
import { logoutSharedAppleDeviceActiveUser } from './logout-shared-apple-device-active-user.ts';
import { type Execute, notSupported, type Outcome } from './outcome.ts';
import { playLostModeSound } from './play-lost-mode-sound.ts';
import { rebootNow } from './reboot-now.ts';
import { remoteLock } from './remote-lock.ts';
import { resetPasscode } from './reset-passcode.ts';
import { retire } from './retire.ts';
import { rotateBitLockerKeys } from './rotate-bit-locker-keys.ts';
import { rotateFileVaultKey } from './rotate-file-vault-key.ts';
import { setDeviceName } from './set-device-name.ts';
import { shutDown } from './shut-down.ts';
import { syncDevice } from './sync-device.ts';
import { windowsDefenderScan } from './windows-defender-scan.ts';
import { windowsDefenderUpdateSignatures } from './windows-defender-update-signatures.ts';
import { wipe } from './wipe.ts';

/** Of the service alone, or of no kind of device: one that is told so all the same does not know it. */
const unknown = () => notSupported;

const table: { [T in CommandType]: Execute<T> } = {
  syncDevice,
  remoteLock,
  resetPasscode,
  bypassActivationLock: unknown,
  retire,
  wipe,
  rebootNow,
  shutDown,
  locateDevice,
  enableLostMode,
  disableLostMode,
  playLostModeSound,
  cleanWindowsDevice,
  setDeviceName,
  rotateBitLockerKeys,
  logoutSharedAppleDeviceActiveUser,
  deleteUserFromSharedAppleDevice,
  // A push, not a command.
  sendCustomNotificationToCompanyPortal: unknown,
  windowsDefenderScan,
  windowsDefenderUpdateSignatures,
  rotateFileVaultKey,
  recoverPasscode: unknown,
  updateWindowsDeviceAccount: unknown,
  requestRemoteAssistance: unknown,
};

export function execute(state: DeviceState, command: Command, now: number, out: DeviceOut): Outcome {
  // The table's row fits its own command's parameters; TypeScript cannot see that across a union.
  const run = table[command.type] as (s: DeviceState, p: Command['parameters'], n: number, o: DeviceOut) => Outcome;
  return run(state, command.parameters, now, out);
}
