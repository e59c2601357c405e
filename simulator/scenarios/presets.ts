/**
 * Populations with names: what a group, or a whole fleet, is when its file says no more than `preset: office`. The built-in scenario of the
 * same name has all of it written out, parameter by parameter.
 */
import { fieldService } from './presets/field-service.ts';
import type { FleetPreset, Written } from './presets/fleet-preset.ts';
import { office } from './presets/office.ts';
import { retailKiosks } from './presets/retail-kiosks.ts';
import { school } from './presets/school.ts';

const presets: Readonly<Record<string, FleetPreset>> = {
  office,
  'field-service': fieldService,
  school,
  'retail-kiosks': retailKiosks,
};

export const presetNames = ['office', 'field-service', 'school', 'retail-kiosks'] as const;

/** What makes a group this one and no other: no preset says it. */
const ownKeys: readonly string[] = ['name', 'weight', 'count'];

/** A group with what its preset says of devices of its platform (without one: of its first kind). What the group says itself wins, key by key. */
export function withPreset(input: unknown): unknown {
  if (!isMapping(input)) return input;
  const preset = presetOf(input);
  if (preset === undefined) return input;
  const { platform, enrollment } = input;
  const fitting = preset.fleet.filter((group) => platform === undefined || group.platform === platform);
  const like = fitting.find((group) => group.enrollment === enrollment) ?? fitting[0];
  // The platform is not one of the preset's: the schema says which ones are.
  if (like === undefined) return input;
  const filled = Object.fromEntries(Object.entries(like).filter(([key]) => !ownKeys.includes(key)));
  if ('enrolls' in input) delete filled.enrolledWithin;
  if ('enrolledWithin' in input) delete filled.enrolls;
  const has = isMapping(filled.has) && isMapping(input.has) ? { has: { ...filled.has, ...input.has } } : {};
  return { ...filled, ...input, ...has };
}

/** A file with the fleet of its preset, and its holidays, storms and updates, where it has none itself. */
export function withFleetPreset(input: unknown): unknown {
  const preset = isMapping(input) ? presetOf(input) : undefined;
  if (preset === undefined || !isMapping(input)) return input;
  const { devices, fleet, ...calendar } = preset;
  const isWhole = input.fleet === undefined;
  return { ...calendar, ...(isWhole ? { fleet, ...(input.devices === undefined ? { devices } : {}) } : {}), ...input };
}

/** Platforms that the preset has devices of. */
export function platformsOf(name: string): string[] {
  return [...new Set(presets[name]?.fleet.map(({ platform }) => String(platform)))];
}

function presetOf({ preset }: Written): FleetPreset | undefined {
  return typeof preset === 'string' && Object.hasOwn(presets, preset) ? presets[preset] : undefined;
}

function isMapping(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
