/** A made-up run for the tests of the reports: no simulation, but figures that agree with each other, and names that hold markup. */

import type { Command } from '../../protocol/commands.ts';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { Random } from '../../runtime/random.ts';
import { notEvaluated } from '../../server-stub/core/policy-records.ts';
import type { ActionName, CommandRecord, ManagementState, QueueStatus } from '../../server-stub/core/records.ts';
import {
  certificateStepDays,
  type DeviceOutcome,
  type MeasuresFound,
  type RunData,
  type RunRows,
  type StateSeries,
  type TimelineEntry,
} from '../result.ts';
import { measureFigures } from '../world/measure-figures.ts';
import { onlineBehaviors } from '../world/online-behavior.ts';
import { bucketOf } from '../world/time-buckets.ts';
import {
  exampleCompliance,
  exampleFaults,
  exampleMail,
  exampleMessages,
  exampleNotifications,
  exampleSignIn,
  markup,
  noNotifications,
  exampleStart as start,
} from './example-records.fixture.ts';

const actions: ActionName[] = ['syncDevice', 'remoteLock', 'retire', 'wipe', 'delete'];
const statuses: QueueStatus[] = ['queued', 'delivered', 'acknowledged', 'failed', 'not-supported', 'canceled', 'expired'];
const kinds = [
  { platform: 'ios', enrollment: 'automated' },
  { platform: 'android', enrollment: 'personal-work-profile' },
  { platform: 'windows', enrollment: 'joined' },
  { platform: 'macos', enrollment: 'device' },
] as const;

export interface ExampleOptions {
  devices: number;
  days: number;
  failing?: boolean;
  /** With a question, an answer and a timeline. */
  story?: boolean;
  /** With compliance policies, mails and sign-ins. */
  judged?: boolean;
  /** With custom notifications. */
  notified?: boolean;
  /** With faults. */
  faulty?: boolean;
  /** The scenario's name; markup where none is given. */
  scenario?: string;
}

export function exampleRun({
  devices,
  days,
  failing = false,
  story = false,
  judged = false,
  notified = false,
  faulty = false,
  scenario = markup,
}: ExampleOptions): RunData & { rows: RunRows } {
  const outcomes = Array.from({ length: devices }, (_, index) => exampleDevice(index, days));
  const commands = outcomes.flatMap((device) => exampleCommands(device, days));
  const measures = exampleMeasures(outcomes, commands, days);
  const certificates = { issued: devices * 2, renewed: Math.round(devices * 0.93), expired: Math.round(devices * 0.07) };
  return {
    result: {
      scenario,
      title: `A fleet of ${markup}`,
      question: story ? `Why does ${markup} stay pending?` : null,
      answer: story
        ? {
            administrator: `The administrator sees ${markup}.`,
            device: 'The device shows its set-up assistant.',
            why: 'It began the wipe before it reported it.',
            whatToDo: 'Delete the record.',
          }
        : null,
      timeline: story ? exampleTimeline() : [],
      live: false,
      seed: 'violet-7',
      digest: '5d1f8e0c9b7a64231122334455667788',
      devices,
      days,
      stopped: false,
      livedUntil: new Date(start + days * dayMs).toISOString(),
      devicesLived: devices,
      everyCheckIn: false,
      checkInsLived: devices * days * 3,
      eventsExecuted: devices * 26 + commands.length,
      wallMs: 2310,
      peakRssBytes: 212_000_000,
      lived: { devices, days, deviceDays: devices * days, deviceDaysPerSecond: Math.round((devices * days) / 2.31) },
      states: tally(outcomes.map(stateOf)),
      actions: Object.fromEntries(
        actions.map((action) => [action, tally(commands.filter((command) => command.action === action).map((command) => command.status))]),
      ),
      certificates,
      notifications: notified ? exampleNotifications : noNotifications,
      ...(judged ? exampleCompliance : { compliance: {}, noncomplianceActions: {}, mails: {}, notices: 0, access: {} }),
      ...measureFigures(measures),
      faults: faulty ? exampleFaults : {},
      recordsRemoved: outcomes.filter((device) => device.removedAt !== null).length,
      checkers: [
        { name: 'one final state', passed: true, detail: `${commands.length} commands, each with at most one final status.` },
        { name: 'never twice', passed: true, detail: 'No command ran twice on any device.' },
        failing
          ? {
              name: 'nothing after a wipe',
              passed: false,
              detail: `Device ${markup} checked in 3 times after its wipe on 2027-01-04; the first was 8 hours later, over a link it had opened before.`,
            }
          : { name: 'nothing after a wipe', passed: true, detail: '412 wiped devices stayed silent.' },
        { name: 'no delivery on an expired certificate', passed: true, detail: '0 of 9,120 deliveries.' },
        { name: 'removal after 180 days', passed: true, detail: 'Every record that went did so 180 days after its certificate ended.' },
        { name: 'the queue adds up', passed: true, detail: 'Queued = final + open on every device.' },
      ],
      expectations: [
        { name: 'most devices are managed at the end', passed: true, detail: 'Asked for at least 60 %.' },
        {
          name: '400d: a lost device shows the lock screen',
          passed: !failing,
          detail: failing ? 'Expected locked, found home.' : 'It does.',
        },
      ],
      report: '/home/somebody/runs/report.html',
      file: '/home/somebody/runs/run.sqlite',
      passed: !failing,
    },
    scenarioText: `# ${markup}\nname: fleet-lifecycle\n`,
    replay: `mockfleet run fleet-lifecycle --devices ${devices} --days ${days} --seed violet-7`,
    from: start,
    until: start + days * dayMs,
    series: exampleSeries(devices, days, tally(outcomes.map(stateOf))),
    compliance: {
      startAt: start,
      stepMs: dayMs,
      states: judged
        ? Object.entries({ 'no-record': 20, ...exampleCompliance.compliance }).map(([name, count]) => ({
            name,
            counts: Array<number>(days).fill(count),
          }))
        : [],
    },
    notificationsToGroups: (notified ? exampleMessages : []).filter(({ deviceId }) => deviceId === null),
    measures,
    rows: {
      devices: () => outcomes,
      commands: () => commands,
      mails: () => (judged ? [exampleMail] : []),
      signIns: () => (judged ? [exampleSignIn] : []),
      notifications: () => (notified ? exampleMessages : []).filter(({ deviceId }) => deviceId !== null),
      recorded: null,
    },
  };
}

function exampleTimeline(): TimelineEntry[] {
  return [
    { at: '2026-01-02T08:00:00Z', who: 'administrator', device: `phone ${markup}`, what: `admin@example.com asks for Wipe ${markup}` },
    { at: '2026-01-02T08:00:02Z', who: 'device', device: `phone ${markup}`, what: 'is wiped, and has not reported it' },
    { at: '2026-01-05T08:00:00Z', who: 'network', device: 'tablet', what: 'the network is gone' },
  ];
}

function exampleDevice(index: number, days: number): DeviceOutcome {
  const random = new Random('example').fork(index);
  const kind = kinds[index % kinds.length] ?? kinds[0];
  const id = random.guid();
  const serialNumber = `SN${String(index).padStart(7, '0')}`;
  const fate = random.unit();
  const managementState = exampleState(random.unit());
  const gone = fate > 0.79;
  const came = fate <= 0.985;
  const certificate = { serialNumber: random.hex(16).toUpperCase(), notBefore: start + 200 * dayMs, notAfter: start + 565 * dayMs };
  return {
    index,
    group: index % 4 === 0 ? `field ${markup}` : 'office',
    serialNumber,
    ...kind,
    phase: gone ? 'wiped' : 'enrolled',
    checkIns: days * 3,
    deviceId: came ? id : null,
    removedAt: gone && came ? start + Math.floor(random.unit() * days) * dayMs : null,
    removedWhy: gone && came ? 'wipe' : null,
    name: serialNumber,
    life: '0123456789abcdef',
    record: gone
      ? null
      : {
          id,
          inventory: {
            ...kind,
            serialNumber,
            deviceName: serialNumber,
            manufacturer: 'Contoso',
            model: 'One',
            osVersion: '26.1',
            userPrincipalName: `user${index}@example.com`,
          },
          managedDeviceName: `device ${index} ${markup}`,
          enrolledAt: start + index * 1000,
          lastSyncAt: start + days * dayMs - hourMs,
          managementState,
          complianceState: 'compliant',
          certificate,
          nextCertificate: null,
          deleted: managementState === 'deletePending',
          nudgeKeptUntil: null,
          commandCount: 1,
          information: null,
          configuration: null,
          requestedApps: [],
          notes: null,
          owner: null,
          hidden: false,
          compliance: notEvaluated,
          access: {},
          notices: [],
        },
  };
}

function exampleState(chance: number): ManagementState {
  const states: [below: number, state: ManagementState][] = [
    [0.03, 'wipePending'],
    [0.045, 'wipeFailed'],
    [0.06, 'retirePending'],
    [0.065, 'retireFailed'],
    [0.07, 'retireCanceled'],
    [0.09, 'unhealthy'],
    [0.091, 'deletePending'],
  ];
  return states.find(([below]) => chance < below)?.[1] ?? 'managed';
}

function exampleCommands(device: DeviceOutcome, days: number): CommandRecord[] {
  const { deviceId } = device;
  if (deviceId === null) return [];
  const random = new Random('example-commands').fork(device.index);
  return Array.from({ length: random.integer(0, 4) }, (): CommandRecord => {
    const action = actions[random.integer(0, actions.length - 1)] ?? 'retire';
    const status = random.chance(0.8) ? 'acknowledged' : (statuses[random.integer(0, statuses.length - 1)] ?? 'failed');
    const requestedAt = start + Math.floor(random.unit() * days * dayMs);
    // From a second to two weeks, most within hours.
    const took = Math.round(1000 * 10 ** (random.fork(requestedAt).unit() * 6));
    return {
      id: random.guid(),
      deviceId,
      action,
      command: { type: action === 'delete' ? 'retire' : action, parameters: {} } as Command,
      status,
      initiatedBy: 'admin@example.com',
      requestedAt,
      deliveredAt: status === 'queued' ? null : requestedAt + took,
      finishedAt: status === 'queued' || status === 'delivered' ? null : requestedAt + took + 500,
      deliveries: status === 'queued' ? 0 : 1,
      errorCode: status === 'failed' ? -2016281112 : null,
      location: null,
      byUser: false,
      deviceName: '',
      deviceOwner: '',
      bulkId: null,
    };
  });
}

function exampleMeasures(outcomes: readonly DeviceOutcome[], commands: readonly CommandRecord[], days: number): MeasuresFound {
  const until = start + days * dayMs;
  const byId = new Map(outcomes.map((device) => [device.deviceId, device]));
  const measures: MeasuresFound = { daily: {}, timeToDone: {}, pending: {}, certificatesLeft: {} };
  const count = (counts: Record<string, number>, name: string | number) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const daily = (family: string, name: string, at: number) => {
    measures.daily[family] ??= {};
    measures.daily[family][name] ??= Array<number>(days).fill(0);
    const day = Math.min(days - 1, Math.floor((at - start) / dayMs));
    measures.daily[family][name][day] = (measures.daily[family][name][day] ?? 0) + 1;
  };
  for (const { action, status, deviceId, requestedAt, finishedAt } of commands) {
    daily('asked', action, requestedAt);
    const device = byId.get(deviceId);
    if (status === 'queued' || status === 'delivered') {
      measures.pending[action] ??= {};
      measures.pending[action][status] ??= {};
      count(measures.pending[action][status], bucketOf(until - requestedAt));
    } else if (status === 'acknowledged' && finishedAt !== null) {
      daily('done', action, finishedAt);
      const online = onlineBehaviors[(device?.index ?? 0) % 3] ?? 'always-on';
      const platform = device?.platform ?? 'ios';
      measures.timeToDone[action] ??= {};
      measures.timeToDone[action][platform] ??= {};
      measures.timeToDone[action][platform][online] ??= {};
      count(measures.timeToDone[action][platform][online], bucketOf(finishedAt - requestedAt));
    }
  }
  for (const { removedAt, removedWhy, record } of outcomes) {
    if (removedAt !== null) daily('removed', removedWhy ?? '', removedAt);
    if (record === null) continue;
    const left = record.certificate.notAfter - until;
    count(measures.certificatesLeft, left <= 0 ? 'ended' : Math.floor(left / (certificateStepDays * dayMs)));
  }
  return measures;
}

/** From "nobody is enrolled" over a fortnight of enrolment to the states of the end, in curves that a fleet could have. */
function exampleSeries(devices: number, days: number, end: Record<string, number>): StateSeries {
  const names = Object.keys(end).filter((name) => name !== 'managed' && name !== 'not-enrolled');
  const counts = new Map<string, number[]>([...Object.keys(end), 'wipeIssued'].map((name) => [name, []]));
  for (let day = 0; day <= days; day++) {
    const never = end['not-enrolled'] ?? 0;
    const notYet = Math.max(0, Math.round((devices - never) * (1 - day / Math.min(14, days))));
    let rest = devices - never - notYet;
    for (const name of names) {
      const curve = name === 'removed' ? (day / days) ** 2 : (day / days) * (1 + 2 * Math.sin(Math.PI * Math.sqrt(day / days)) ** 2);
      const count = Math.min(rest, Math.round((end[name] ?? 0) * curve));
      counts.get(name)?.push(count);
      rest -= count;
    }
    const issued = day > days * 0.4 && day < days * 0.55 ? Math.min(rest, Math.round(devices * 0.09)) : 0;
    counts.get('wipeIssued')?.push(issued);
    counts.get('managed')?.push(rest - issued);
    counts.get('not-enrolled')?.push(notYet + never);
  }
  return { startAt: start, stepMs: dayMs, states: [...counts].map(([name, values]) => ({ name, counts: values })) };
}

function stateOf(device: DeviceOutcome): string {
  return device.record?.managementState ?? (device.removedAt === null ? 'not-enrolled' : 'removed');
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
