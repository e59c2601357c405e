/** What a device may be called by `setDeviceName` (reference §2.5): the rules are those of its system. */
import { factsOfPlatform, type Platform } from '../../protocol/platforms.ts';

interface NameRule {
  holds(name: string): boolean;
  sentence: string;
}

/** ASCII letters, digits and hyphens; Windows maps what is beyond ASCII by itself (internationalised names). */
const windowsLetters = /^(?:[A-Za-z0-9-]|\P{ASCII})+$/u;
const appleLetters = /^[A-Za-z0-9-]+$/;

const windows: readonly NameRule[] = [
  { holds: (name) => [...name].length <= 63, sentence: 'The name of a Windows device has at most 63 characters.' },
  { holds: (name) => !/\s/.test(name), sentence: 'The name of a Windows device has no spaces in it.' },
  {
    holds: (name) => windowsLetters.test(name),
    sentence: 'The name of a Windows device has only letters, digits and hyphens in it.',
  },
  { holds: (name) => !/^\d+$/.test(name), sentence: 'The name of a Windows device may not be made of digits only.' },
];

const apple: readonly NameRule[] = [
  { holds: (name) => appleLetters.test(name), sentence: 'The name of an Apple device has only letters, digits and hyphens in it.' },
  { holds: (name) => /[A-Za-z-]/.test(name), sentence: 'The name of an Apple device has at least one letter or hyphen in it.' },
];

/** A label may be any text. */
const rules = { apple, windows, label: [] } as const satisfies Record<string, readonly NameRule[]>;

/** Which rule the name breaks first, as a sentence; undefined: none. */
export function brokenNameRule(platform: Platform, name: string): string | undefined {
  const broken: NameRule | undefined = rules[factsOfPlatform(platform).naming].find((rule: NameRule) => !rule.holds(name));
  return broken?.sentence;
}
