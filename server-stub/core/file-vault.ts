/** The FileVault recovery key of a Mac, as its management shows it. */
import { Random } from '../../runtime/random.ts';
import type { DeviceRecord } from './records.ts';
import { secretHex } from './secret.ts';
import type { Core } from './sessions.ts';

/** No list of Apple's signs is public: capitals and digits, as its keys are seen to have. */
const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const groups = 6;
const groupLength = 4;

/**
 * `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`: that of the latest rotation which the Mac has carried out, before any that of its enrollment.
 * null: FileVault is off, as far as the Mac has told. The key is made anew each time that somebody asks, and stands in no store and in no command.
 */
export function fileVaultKey(core: Core, { id, inventory, information }: DeviceRecord): string | null {
  if (inventory.platform !== 'macos' || information?.encrypted !== true) return null;
  const rotation = core.store.commandsOf(id).findLast(({ action, status }) => action === 'rotateFileVaultKey' && status === 'acknowledged');
  const chance = new Random(secretHex(core.settings.seed, `filevault/${id}/${rotation?.id ?? 'enrollment'}`));
  const sign = () => signs[chance.integer(0, signs.length - 1)] as string;
  return Array.from({ length: groups }, () => Array.from({ length: groupLength }, sign).join('')).join('-');
}
