/** The published schema of a load run: what `mockfleet load --json` prints and load.json holds. Fields may be added; none is renamed. */
import { z } from 'zod';
import { publishedSchema } from '../../report/published-schema.ts';
import { timedThings } from '../load-figures.ts';
import { shapeNames } from '../shapes.ts';
import type { LoadReport } from './load-report.ts';

const count = () => z.int().min(0);
const figure = () => z.number().min(0);
const instant = () => z.iso.datetime();
const reasons = (what: string) => z.record(z.string(), count()).describe(what);

const latency = z.strictObject({
  count: count(),
  min: figure(),
  mean: figure(),
  p50: figure(),
  p90: figure(),
  p95: figure(),
  p99: figure(),
  p999: figure(),
  max: figure(),
});

const check = z.strictObject({
  name: z.string(),
  passed: z.boolean(),
  judged: z.exactOptional(z.literal(false)).describe('Present: nothing can be said; passed is true then.'),
  detail: z.string(),
});

const threshold = z.strictObject({
  name: z.string().describe('As it was written: check-in.p99<250ms.'),
  passed: z.boolean(),
  value: z.number().nullable().describe("In the threshold's own unit; null: nothing was measured, which is not passed."),
  detail: z.string(),
});

const sample = z.strictObject({
  second: figure(),
  connected: count(),
  alive: count(),
  connections: count(),
  checkIns: count(),
  roundTrips: count(),
  errors: count(),
  errorsByReason: reasons('In that second.'),
  checkInP50: figure().nullable(),
  checkInP99: figure().nullable(),
});

const schema: z.ZodType<LoadReport> = z.strictObject({
  schema: z.literal('mockfleet/load-result/1'),
  shape: z.string().describe(`One of ${shapeNames.join(', ')}.`),
  server: z.string(),
  seed: z.string(),
  startedAt: instant(),
  durationMs: figure(),
  stopped: z.boolean().describe('It was stopped before its end, by Ctrl-C or by --abort-on-fail.'),
  asked: count().describe('Devices.'),
  enrolled: count().describe('At the end, as connected and alive.'),
  connected: count(),
  alive: count().describe('Connected, and answered to lately.'),
  errors: count(),
  errorsByReason: reasons('Reason → count.'),
  rampMs: figure().describe('From the first connection to the last of the first ramp.'),
  connectionsPerSecond: figure().describe('In the first ramp.'),
  connections: z.strictObject({
    tried: count(),
    opened: count(),
    resumed: count().describe('Went on with an earlier TLS session.'),
    lost: count().describe('Ended though no device ended them.'),
  }),
  checkIns: count(),
  checkInsMissed: count().describe('On demand, whose device was not connected at their instant.'),
  roundTrips: count().describe('Check-ins and commands that were answered.'),
  roundTripsPerSecond: figure(),
  commands: z
    .strictObject({
      accepted: count().describe('By Graph.'),
      delivered: count(),
      executed: count(),
      redelivered: count(),
      lost: count(),
      doubled: count(),
      confirmed: count().describe('Graph says so too.'),
      open: count().default(0).describe('Still waiting at the service for a check-in when it was over.'),
    })
    .describe('Actions that were asked for.'),
  notifications: count(),
  latencyMs: z
    .record(z.enum(timedThings), latency)
    .describe('ms; in an open loop from the instant at which something was due (coordinated omission).'),
  latencySpans: z
    .record(z.enum(timedThings), z.array(z.strictObject({ upToMs: figure().nullable(), count: count() })))
    .describe('How many took up to this and longer than the span before; null: longer than all others.'),
  bytesSent: count(),
  bytesReceived: count(),
  bytesPerDevice: figure().describe('Resident memory of the load side above its start, for each connected device.'),
  generator: z
    .strictObject({
      processes: count(),
      cpu: figure().describe('Share of one core that the busiest process used.'),
      stallMsMax: figure(),
      stallMsP99: figure(),
      rssBytes: count(),
      limit: z.string().nullable().describe('Not null: why the load side, and not the server, may be the limit.'),
    })
    .describe('The load side itself.'),
  samples: z.array(sample).describe('Second by second.'),
  thresholds: z.array(threshold),
  passed: z.boolean(),
  requested: z
    .strictObject({
      scenario: z.string(),
      devices: count(),
      durationMs: figure(),
      connectionsPerSecond: figure().nullable(),
      concurrency: count().nullable(),
      jitterMs: figure().nullable(),
      checkInsPerSecond: figure().nullable(),
      processes: count().nullable(),
    })
    .describe('What was asked for; null: left to the shape, or to the machine.'),
  checks: z.array(check),
  abortedBy: z.string().nullable().describe('The threshold that ended it early.'),
  replay: z.string().describe('The command line that asks for the same again.'),
  report: z.string().nullable().describe('Path.'),
});

export function loadResultJsonSchema(): Record<string, unknown> {
  return publishedSchema(schema, {
    $id: 'https://mockfleet.example/load-result.schema.json',
    title: 'mockfleet load result',
    description: 'What `mockfleet load --json` prints, and load.json holds.',
  });
}

/** What is wrong with a load run's data; empty: nothing. */
export function loadReportProblems(report: unknown): string[] {
  const { error } = schema.safeParse(report);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}
