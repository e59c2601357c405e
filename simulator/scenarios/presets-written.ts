import { parse, stringify } from 'yaml';
import { withFleetPreset, withPreset } from './presets.ts';

/** A scenario file with all that its presets fill in written out; one without presets as it is, with its comments. @param text one that was loaded */
export function withPresetsWritten(text: string): string {
  const whole = parse(text) as Record<string, unknown>;
  const filled = withFleetPreset(whole) as Record<string, unknown>;
  const fleet = (filled.fleet as unknown[]).map(withPreset) as Record<string, unknown>[];
  const isPreset = whole.preset !== undefined || fleet.some(({ preset }) => preset !== undefined);
  if (!isPreset) return text;
  const { preset: _, ...rest } = inOrder(whole, filled);
  const groups = Array.isArray(whole.fleet) ? (whole.fleet as Record<string, unknown>[]) : [];
  const plain = {
    ...rest,
    fleet: fleet.map((group, place) => {
      const { preset: __, ...own } = inOrder(groups[place] ?? group, group);
      return own;
    }),
  };
  return stringify(plain, { lineWidth: 140, aliasDuplicateObjects: false });
}

/** What the file says itself stands first. */
function inOrder(own: Readonly<Record<string, unknown>>, all: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...Object.fromEntries(Object.keys(own).map((key) => [key, all[key]])), ...all };
}
