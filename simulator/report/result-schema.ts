/** The published schema of a run's result: what `mockfleet run --json` prints and result.json holds. Fields may be added; none is renamed. */
import { z } from 'zod';
import { reasonsNotShown, waysToShow } from '../../protocol/notifications.ts';
import { type RunResult, resultAccess, resultCompliance, resultMails, resultOutcomes, resultStates } from '../result.ts';
import { publishedSchema } from './published-schema.ts';

const count = () => z.int().min(0);
const instant = () => z.iso.datetime();
const milliseconds = () => z.int().min(0).nullable();

/** Names → counts; names that never came are left out. */
function counts<const Names extends readonly string[]>(names: Names, what: string) {
  return z.partialRecord(z.enum(names), count()).describe(what);
}

const verdict = z.strictObject({
  name: z.string(),
  passed: z.boolean(),
  judged: z
    .exactOptional(z.literal(false))
    .describe('Present: the run was smaller than the scenario or was stopped, so that nothing can be said; passed is true then.'),
  detail: z.string().describe('One sentence: the figures that decided it.'),
});

const answer = z.strictObject({ administrator: z.string(), device: z.string(), why: z.string(), whatToDo: z.string() });

const timelineEntry = z.strictObject({
  at: instant(),
  who: z.enum(['administrator', 'user', 'device', 'service', 'network']),
  device: z.string().nullable().describe('Its name; null: the whole tenant.'),
  what: z.string(),
});

const notifications = z.strictObject({
  sent: z.strictObject({ device: count(), groups: count() }),
  refused: z.strictObject({ device: count(), groups: count() }).describe('Too many within an hour.'),
  pushes: count().describe('Messages on their way to one device: lost + expired + gone + waiting + shown + notShown.'),
  lost: count(),
  expired: count(),
  gone: count(),
  waiting: count(),
  shown: z.record(z.enum(waysToShow), count()),
  notShown: z.record(z.enum([...reasonsNotShown, 'ignored']), count()),
  delays: z
    .array(z.strictObject({ upToMs: count().nullable(), count: count() }))
    .describe('From sent to shown; each counts in the first that holds it; null: longer than all others.'),
});

const schema: z.ZodType<RunResult> = z.strictObject({
  scenario: z.string(),
  title: z.string(),
  question: z.string().nullable(),
  answer: answer.nullable(),
  live: z.boolean().describe('false: lived in virtual time; true: by real agents against a real stub.'),
  seed: z.string(),
  digest: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable()
    .describe("Over every device's life; equal digests mean equal lives. null: live, or stopped."),
  devices: count().describe('Asked for.'),
  days: count().describe('Asked for.'),
  stopped: z.boolean().describe('It was stopped before its end.'),
  livedUntil: instant().describe('Up to when all of devicesLived were lived.'),
  devicesLived: count(),
  everyCheckIn: z.boolean(),
  checkInsLived: count(),
  eventsExecuted: count(),
  wallMs: count(),
  peakRssBytes: count(),
  lived: z
    .strictObject({
      devices: count().describe('That ever came to be enrolled.'),
      days: z.number().min(0),
      deviceDays: count(),
      deviceDaysPerSecond: count(),
    })
    .describe('What it came to, where devices and days are what was asked for.'),
  states: counts(resultStates, 'Final managementState → devices.'),
  actions: z.record(z.string(), counts(resultOutcomes, 'Outcome → count.')).describe('By action.'),
  certificates: z.strictObject({ issued: count(), renewed: count(), expired: count() }),
  recordsRemoved: count().describe("180 days after their certificate's end."),
  compliance: counts(resultCompliance, 'Final complianceState → devices that have a record; empty where there is no policy.'),
  noncomplianceActions: z.record(z.string(), counts(['done', 'skipped'], 'What came of it → count.')),
  mails: counts(resultMails, 'State → mails about devices.'),
  notices: count(),
  notifications,
  access: z.record(z.string(), counts(resultAccess, 'What changed → count.')).describe('By Office app.'),
  timeToDone: z
    .record(z.string(), z.strictObject({ count: count(), p50Ms: milliseconds(), p90Ms: milliseconds(), p99Ms: milliseconds() }))
    .describe('By action, from being asked for to being done: off by a tenth at most; 0: within a second; null: longer than 720 days.'),
  pendingByAge: z
    .array(z.strictObject({ upToMs: milliseconds(), queued: count(), delivered: count() }))
    .describe('Commands that wait at the end, by how long they have done so; null: longer than all others.'),
  certificatesLeft: z
    .strictObject({
      ended: count(),
      current: z.array(z.strictObject({ fromDays: count(), untilDays: count(), count: count() })),
    })
    .describe('Certificates of the records that are there at the end, by days left.'),
  faults: z.record(
    z.string(),
    z.strictObject({
      kind: z.string(),
      windows: z.array(z.strictObject({ from: instant(), until: instant() })),
      devices: count().describe('Whom it concerned.'),
      touched: count().describe('Those of them to which it did something.'),
      effects: z.record(z.string(), count()).describe('What it did → how often.'),
    }),
  ),
  checkers: z.array(verdict),
  expectations: z.array(verdict),
  timeline: z.array(timelineEntry).describe('Of fleets of up to 20 devices.'),
  report: z.string().nullable().describe('Path.'),
  file: z.string().nullable().describe('Path.'),
  passed: z.boolean(),
});

export function runResultJsonSchema(): Record<string, unknown> {
  return publishedSchema(schema, {
    $id: 'https://mockfleet.example/run-result.schema.json',
    title: 'mockfleet run result',
    description: 'What `mockfleet run --json` prints, and result.json holds.',
  });
}

/** What is wrong with a result; empty: nothing. */
export function resultProblems(result: unknown): string[] {
  const { error } = schema.safeParse(result);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}
