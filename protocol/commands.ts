/**
 * Commands, as they wait for a device and travel to it: an action of the table with its parameters, and what follows from it for a kind
 * of device: why it cannot, what it drops, how it ends the management.
 */
import { z } from 'zod';
import { type Action, table } from './actions.ts';
import { isManagedByPartner, type Kind, majorVersion } from './platforms.ts';

export type CommandType = keyof typeof table;
export const commandTypes = Object.keys(table) as [CommandType, ...CommandType[]];

/** What is said about an action; the same shape for each. */
export const actionTable: Readonly<Record<CommandType, Action>> = table;

/** Beta's names of them all. */
export type AuditedName = (typeof table)[CommandType]['audited'];

export function auditedName(type: CommandType): AuditedName {
  return table[type].audited;
}

/** The fields of a schema; one without fields adds nothing (zod would infer that nothing may be added to it either). */
type Fields<S extends z.ZodObject> = keyof S['shape'] extends never ? object : z.infer<S>;
type Parameters<T extends CommandType> = Fields<(typeof table)[T]['asked']> & Fields<(typeof table)[T]['told']>;

/** An action for one device: its type, and what was asked for together with what the service added. */
export type CommandOf<T extends CommandType> = { [K in T]: { type: K; parameters: Parameters<K> } }[T];
export type Command = CommandOf<CommandType>;

export const commandSchema = z.discriminatedUnion(
  'type',
  commandTypes.map((type) => z.object({ type: z.literal(type), parameters: table[type].asked.extend(table[type].told.shape) })) as never,
) as unknown as z.ZodType<Command, Command>;

/** Some kind of device can do it. The others are there to be refused with their reason, as Graph does not say that it does not know them. */
export function isPossible(type: CommandType): boolean {
  return Object.keys(actionTable[type].on).length > 0;
}

const managedByJamf = 'Jamf manages this device: actions are sent from there.';

/** Why this kind of device can never do this action; `undefined` when it can. */
export function whyUnsupported(type: CommandType, kind: Kind): string | undefined {
  if (isManagedByPartner(kind) && isPossible(type)) return managedByJamf;
  const { on, unless = [], needs, otherwise } = actionTable[type];
  const { platform, enrollment, osVersion } = kind;
  const scope = on[platform];
  const isNamed = scope === 'all' || scope?.includes(enrollment) === true;
  const major = majorVersion(osVersion);
  const row = unless.find(
    (one) =>
      one.platform === platform &&
      (one.enrollments?.includes(enrollment) ?? !isNamed) &&
      (one.below === undefined || major < one.below) &&
      (one.from === undefined || major >= one.from),
  );
  if (row !== undefined) return row.reason;
  return isNamed ? needs?.(kind) : otherwise;
}

/** What deleting the record asks of the device at its next check-in (decisions: DELETE of a record; reference §8.4); null: nothing. */
export function commandOnDelete(kind: Kind): Command | null {
  if (isManagedByPartner(kind)) return null;
  return whyUnsupported('retire', kind) === undefined ? { type: 'retire', parameters: {} } : { type: 'wipe', parameters: {} };
}

/** Retire and wipe are what every other pending action is dropped for (reference §2.1). */
export function takesPrecedence(type: CommandType): boolean {
  return type === 'retire' || type === 'wipe';
}

/**
 * How the management of a device ends when it has carried this command out; null: it goes on.
 * A Windows device can be told to stay enrolled (reference §2.3); one that is only registered loses its enrollment by a fresh start
 * that keeps no user data (reference §2.5).
 */
export function endOfManagement(command: Command, { platform, enrollment }: Kind): 'retire' | 'wipe' | null {
  switch (command.type) {
    case 'retire':
      return 'retire';
    case 'wipe':
      return platform === 'windows' && command.parameters.keepEnrollmentData === true ? null : 'wipe';
    case 'cleanWindowsDevice':
      return enrollment === 'registered' && !command.parameters.keepUserData ? 'wipe' : null;
    default:
      return null;
  }
}
