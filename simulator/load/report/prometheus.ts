/**
 * Figures of a load run in Prometheus' text format (exposition format 0.0.4). By hand: its client libraries count single observations of their
 * own process, and these are whole histograms of several.
 */
import { Histogram } from '../histogram.ts';
import { spanEndsMs } from '../latency.ts';
import { type LoadFigures, timedThings } from '../load-figures.ts';
import type { LoadProgress } from '../load-options.ts';

export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

interface Metric {
  /** After `mockfleet_load_`. */
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  samples: readonly Sample[];
}

export interface LoadIdentity {
  shape: string;
  server: string;
  seed: string;
}

/** @param progress null: nothing has come yet */
export function prometheusText(identity: LoadIdentity, progress: LoadProgress | null): string {
  const info: Metric = { name: 'info', type: 'gauge', help: 'What runs; always 1.', samples: [[{ ...identity }, 1]] };
  const metrics = progress === null ? [info] : [info, ...metricsOf(progress)];
  const parts = [...metrics.map(metricText), ...(progress === null ? [] : [durationText(progress.figures)])];
  return parts.join('');
}

function metricsOf({ figures, elapsedMs, durationMs }: LoadProgress): Metric[] {
  const { generator } = figures;
  const one = (type: Metric['type'], name: string, help: string, value: number): Metric => ({ name, type, help, samples: [[{}, value]] });
  const by = (type: Metric['type'], name: string, help: string, label: string, values: Readonly<Record<string, number>>): Metric => {
    return { name, type, help, samples: Object.entries(values).map(([word, value]): Sample => [{ [label]: word }, value]) };
  };
  const { asked, enrolled, connected, alive } = figures;
  return [
    one('gauge', 'elapsed_seconds', 'Time of the script that is over.', Math.round(elapsedMs) / 1000),
    one('gauge', 'planned_seconds', 'Time of the whole script.', Math.round(durationMs) / 1000),
    by('gauge', 'devices', 'Devices by how they stand.', 'state', { asked, enrolled, connected, alive }),
    one('counter', 'connections_tried_total', 'Connections that were begun.', figures.connectionsTried),
    one('counter', 'connections_opened_total', 'Connections that were opened.', figures.connectionsOpened),
    one('counter', 'connections_resumed_total', 'Those of them that went on with an earlier TLS session.', figures.connectionsResumed),
    one('counter', 'links_lost_total', 'Links that ended though no device ended them.', figures.linksLost),
    one('counter', 'enrolments_total', 'Enrolments.', figures.enrolments),
    one('counter', 'check_ins_total', 'Check-ins up to check-in-done.', figures.checkIns),
    one('counter', 'check_ins_missed_total', 'Check-ins on demand whose device was not connected.', figures.checkInsMissed),
    one('counter', 'round_trips_total', 'Check-ins and commands that were answered.', figures.roundTrips),
    by('counter', 'commands_total', 'Commands by what became of them on devices.', 'outcome', {
      delivered: figures.commandsDelivered,
      executed: figures.commandsExecuted,
      redelivered: figures.commandsRedelivered,
      doubled: figures.commandsDoubled,
    }),
    one('counter', 'notifications_total', 'Custom notifications that came to devices.', figures.notifications),
    by('counter', 'bytes_total', 'Bytes on the wire.', 'direction', { sent: figures.bytesSent, received: figures.bytesReceived }),
    by('counter', 'errors_total', 'What went wrong, by reason.', 'reason', figures.errors),
    one('counter', 'generator_cpu_seconds_total', 'CPU time of the load side, all processes together.', generator.cpuMs / 1000),
    one('gauge', 'generator_resident_memory_bytes', 'Resident memory of the load side, all processes together.', generator.rssBytes),
    one(
      'gauge',
      'generator_stall_p99_seconds',
      'How long an event loop of the load side did not come round, 99th percentile.',
      generator.stallMsP99 / 1000,
    ),
    one(
      'gauge',
      'generator_stall_max_seconds',
      'How long an event loop of the load side did not come round, at most.',
      generator.stallMsMax / 1000,
    ),
  ];
}

function metricText({ name, type, help, samples }: Metric): string {
  return heading(name, type, help) + samples.map(([labels, value]) => line(name, labels, value)).join('');
}

function durationText({ times }: LoadFigures): string {
  const name = 'duration_seconds';
  const lines = timedThings.flatMap((of) => {
    const found = times[of];
    const counts = spanEndsMs.map(() => 0);
    for (const [us, count] of Histogram.timesOf(found)) {
      const index = spanEndsMs.findIndex((end) => us <= end * 1000);
      if (index >= 0) counts[index] = (counts[index] as number) + count;
    }
    let sum = 0;
    const buckets = counts.map((count, index) => {
      sum += count;
      return line(`${name}_bucket`, { of, le: String((spanEndsMs[index] as number) / 1000) }, sum);
    });
    return [
      ...buckets,
      line(`${name}_bucket`, { of, le: '+Inf' }, found.count),
      line(`${name}_sum`, { of }, found.sumUs / 1e6),
      line(`${name}_count`, { of }, found.count),
    ];
  });
  return heading(name, 'histogram', 'How long things took; in an open loop from the instant at which they were due.') + lines.join('');
}

function heading(name: string, type: string, help: string): string {
  return `# HELP mockfleet_load_${name} ${help}\n# TYPE mockfleet_load_${name} ${type}\n`;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `mockfleet_load_${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
