/** The `thresholds` of a file: what `mockfleet load` has to keep to. */
import { z } from 'zod';
import { parseThreshold } from '../load/threshold.ts';
import { allowed, list, refuse } from './values.ts';

const phrase = 'a threshold such as check-in.p99<250ms, errors<0.1% or connected=100%';

const threshold = z.string(allowed(phrase)).transform((written, context): string => {
  const read = parseThreshold(written);
  if (!('problem' in read)) return read.name;
  return refuse(context, { code: 'scenario-value', message: `"${written.slice(0, 60)}" ${read.problem}`, input: written });
});

const thresholdsMax = 100;
export const thresholdsSchema = list(threshold, 0, thresholdsMax, 'thresholds such as check-in.p99<250ms');
