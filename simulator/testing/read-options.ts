/** From what a test says to a seed: what only a test can say of a device is taken out, and the rest is read as a tenant file is. */
import type { PushSettings } from '../../server-stub/core/settings.ts';
import { readPushWords } from '../../server-stub/push-words.ts';
import { ScenarioError, show } from '../scenarios/errors.ts';
import { nearest } from '../scenarios/nearest.ts';
import { readSeed } from '../tenant/read-seed.ts';
import type { TenantSeed } from '../tenant/seed.ts';
import { TenantError } from './errors.ts';
import type { TenantOptions } from './options.ts';

const names: Readonly<Record<keyof TenantOptions | 'file' | 'scenario' | 'at', true>> = {
  devices: true,
  users: true,
  groups: true,
  applications: true,
  roles: true,
  roleAssignments: true,
  organization: true,
  tenant: true,
  complianceSettings: true,
  branding: true,
  notificationTemplates: true,
  compliancePolicies: true,
  conditionalAccess: true,
  cleanupDays: true,
  start: true,
  seed: true,
  push: true,
  file: true,
  scenario: true,
  at: true,
};
const optionNames = Object.keys(names);

export interface ReadOptions {
  seed: TenantSeed;
  /** By entry of the seed's devices: whether they are enrolled at once. */
  enrolled: boolean[];
}

/**
 * @param options of `createTenant`, without `start`, `seed` and `push`
 * @param caller how messages call it
 * @throws ScenarioError
 */
export function readOptions(options: object, caller: string): ReadOptions {
  const { devices } = options as { devices?: unknown };
  const entries = Array.isArray(devices) ? devices : [];
  const seed = readSeed(Array.isArray(devices) ? { ...options, devices: entries.map(withoutEnrolled) } : options, caller);
  return { seed, enrolled: entries.map((entry, index) => enrolledOf(entry, index, caller)) };
}

/** @throws TenantError `options-invalid`: not an object, or `seed` is no text */
export function mustBeOptions(options: unknown): void {
  mustBeObject(options, "createTenant takes an object such as { devices: [{ platform: 'ios' }] }");
  mustBeNames(Object.keys(options as object));
  const { seed } = options as { seed?: unknown };
  if (seed !== undefined && typeof seed !== 'string')
    throw new TenantError('options-invalid', `createTenant: seed: text is expected, not ${show(seed)}.`);
}

/** @throws TenantError `options-invalid` */
export function readPush(push: unknown): Partial<PushSettings> {
  const read = push === undefined ? {} : readPushWords(push);
  if (typeof read === 'string') throw new TenantError('options-invalid', `createTenant: push: ${read}`);
  return read;
}

/** Some of them are no names of a tenant file: whoever mistypes one is told of all. @throws TenantError `options-invalid` */
function mustBeNames(names: readonly string[]): void {
  const unknown = names.find((name) => !(optionNames as readonly string[]).includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, optionNames);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  throw new TenantError('options-invalid', `createTenant: unknown option ${show(unknown)}.${hint} Allowed: ${optionNames.join(', ')}.`);
}

/** @throws TenantError `options-invalid`: not an object */
export function mustBeDevice(options: unknown): void {
  mustBeObject(options, "devices.add takes an object such as { platform: 'ios', name: 'phone' }");
}

function mustBeObject(options: unknown, allowed: string): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  throw new TenantError('options-invalid', `${allowed}, not ${show(options)}.`);
}

function withoutEnrolled(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  const { enrolled: _, ...about } = entry as { enrolled?: unknown };
  return about;
}

function enrolledOf({ enrolled = true }: { enrolled?: unknown }, index: number, caller: string): boolean {
  if (typeof enrolled === 'boolean') return enrolled;
  const path = `devices[${index}].enrolled`;
  const message = `${path}: true or false is expected here, not ${show(enrolled)}`;
  throw new ScenarioError([{ file: caller, line: null, column: null, path, message, code: 'scenario-type' }]);
}
