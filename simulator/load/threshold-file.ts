/** A file with thresholds alone: YAML (or JSON, which is YAML) with the one key `thresholds`. */
import type { FileKind } from '../scenarios/document.ts';
import { parseText, readTextFile } from '../scenarios/load.ts';
import { thresholdsSchema } from '../scenarios/thresholds-schema.ts';
import { mapping } from '../scenarios/values.ts';

const thresholdKind: FileKind = {
  noun: 'a threshold',
  keys: 'thresholds: [check-in.p99<250ms, errors<0.1%]',
  hint: '`mockfleet load --help` says what they can be about',
  elsewhere: '--threshold takes them one by one',
};

const schema = mapping({ thresholds: thresholdsSchema });

/** As they are written. @throws ScenarioError */
export function loadThresholdFile(file: string): string[] {
  return parseText(readTextFile(file, thresholdKind), file, thresholdKind, schema).thresholds;
}
