/** One setting of a compliance policy: what it may be set to, and when a device keeps it. */
import type { DeviceInformation } from '../../../protocol/device-information.ts';
import type { ComplianceStatus, Json } from '../policy-records.ts';
import type { DeviceRecord } from '../records.ts';
import { isVersion } from './versions.ts';

/** The settings of one policy, by Graph's names. */
export type SettingValues = Readonly<Record<string, Json>>;

/** What a setting is judged by. */
export interface DeviceFacts {
  record: DeviceRecord;
  /** What the device last told about itself. */
  information: DeviceInformation;
  now: number;
}

/** What came of it; `recheckAt`: from then on it may be another (something on the device gets too old). */
export interface Judgement {
  state: ComplianceStatus;
  recheckAt?: number;
}

export interface SettingRule {
  /** What Graph takes for it; undefined: fine, else what is allowed, in words. null is always taken. */
  whyNot(value: Json): string | undefined;
  /** What Graph shows where nothing was set. */
  unset: Json;
  /** Only beta knows it. */
  isBeta: boolean;
  /** Whether this value, among the others of its policy, asks for anything; null never does. */
  asks(value: Exclude<Json, null>, settings: SettingValues): boolean;
  /**
   * Judges a device by a value that asks for something; null: no device of ours has what it is about, and it is reported as not applicable.
   */
  judge: ((value: Exclude<Json, null>, facts: DeviceFacts) => Judgement) | null;
}

export type SettingRules = Readonly<Record<string, SettingRule>>;

/** true: keeps it; null: the device has nothing that it is about. */
type Verdict = boolean | null | Judgement;
/** null: no device has what it is about. */
type Judge<V> = ((value: V, facts: DeviceFacts) => Verdict) | null;

/** The same setting where only beta knows it. */
export function beta(rule: SettingRule): SettingRule {
  return { ...rule, isBeta: true };
}

export function betaOnly(rules: SettingRules): SettingRules {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, beta(rule)]));
}

/** The same one, that counts only beside others of its policy. */
export function beside(rule: SettingRule, isAskedFor: (settings: SettingValues) => boolean): SettingRule {
  return { ...rule, asks: (value, settings) => rule.asks(value, settings) && isAskedFor(settings) };
}

export function flag(keeps: ((facts: DeviceFacts) => Verdict) | null): SettingRule {
  return {
    whyNot: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
    unset: false,
    isBeta: false,
    asks: (value) => value === true,
    judge: keeps && ((_value, facts) => judgementOf(keeps(facts))),
  };
}

export function wholeNumber(min: number, max: number, judge: Judge<number>): SettingRule {
  return {
    whyNot: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? undefined
        : `a whole number from ${min} to ${max}`,
    unset: null,
    isBeta: false,
    asks: () => true,
    judge: judged(judge),
  };
}

/** @param nothing values that ask for nothing; the first one is what Graph shows where nothing was set */
export function choice<V extends string>(
  values: readonly V[],
  nothing: readonly [NoInfer<V>, ...NoInfer<V>[]],
  judge: Judge<V>,
): SettingRule {
  return {
    whyNot: (value) => (values.some((one) => one === value) ? undefined : `one of ${values.join(', ')}`),
    unset: nothing[0],
    isBeta: false,
    asks: (value) => !nothing.some((one) => one === value),
    judge: judged(judge),
  };
}

const textMax = 1024;

/** @param phrase what is allowed, in words. The empty text asks for nothing, as Graph's clients send it. */
export function text(isAllowed: (value: string) => boolean, phrase: string, judge: Judge<string>): SettingRule {
  return {
    whyNot: (value) =>
      typeof value === 'string' && value.length <= textMax && (value === '' || isAllowed(value)) ? undefined : `text that is ${phrase}`,
    unset: null,
    isBeta: false,
    asks: (value) => value !== '',
    judge: judged(judge),
  };
}

/** A structure of Graph's: names of its members, and what each may be. */
type Members<V> = { readonly [K in keyof V]: (value: Json | undefined) => boolean };

/** @param phrase what each of the list has to be, in words */
export function list<V>(max: number, members: Members<V>, phrase: string, judge: Judge<readonly V[]>): SettingRule {
  return {
    whyNot: (value) =>
      Array.isArray(value) && value.length <= max && value.every((one) => isStructure(one, members))
        ? undefined
        : `a list of up to ${max}, each of them ${phrase}`,
    unset: [],
    isBeta: false,
    asks: (value) => Array.isArray(value) && value.length > 0,
    judge: judge && ((value, facts) => judgementOf(judge(value as unknown as readonly V[], facts))),
  };
}

export function structure<V>(members: Members<V>, phrase: string): SettingRule {
  return {
    whyNot: (value) => (isStructure(value, members) ? undefined : phrase),
    unset: null,
    isBeta: false,
    asks: () => true,
    judge: null,
  };
}

export const isText = (value: Json | undefined) => typeof value === 'string' && value !== '' && value.length <= textMax;
export const isTextOrNone = (value: Json | undefined) => value === undefined || value === null || value === '' || isText(value);
export const isVersionText = (value: Json | undefined) => typeof value === 'string' && isVersion(value);

function isStructure<V>(value: Json, members: Members<V>): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const given = value as Readonly<Record<string, Json>>;
  const isKnown = Object.keys(given).every((name) => name === '@odata.type' || Object.hasOwn(members, name));
  return isKnown && (Object.keys(members) as (keyof V & string)[]).every((name) => members[name](given[name]));
}

/** `whyNot` has said that it is a `V`. */
function judged<V extends Json>(judge: Judge<V>): SettingRule['judge'] {
  return judge && ((value, facts) => judgementOf(judge(value as V, facts)));
}

function judgementOf(verdict: Verdict): Judgement {
  if (verdict === null) return { state: 'notApplicable' };
  if (typeof verdict === 'object') return verdict;
  return { state: verdict ? 'compliant' : 'nonCompliant' };
}
