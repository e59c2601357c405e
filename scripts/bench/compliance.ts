/**
 * What compliance costs in virtual time: `node --import tsx scripts/bench/compliance.ts [--devices 100000] [--days 550]`.
 *
 * The fleet of the default scenario with 10 policies whose mails and locks are scheduled, of which 5 % of the devices break one each month;
 * the same with Conditional Access and apps that sign in every four hours; and the same fleet without any of it. Each in a process of its own
 * (`--only NAME`), so that memory is that of one.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import type { PolicyType } from '../../server-stub/core/policy-records.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { loadScenarioFile } from '../../simulator/scenarios/load.ts';
import { lapseKinds, type Scenario } from '../../simulator/scenarios/scenario.ts';
import type { SeedAction, SeedPolicy } from '../../simulator/tenant/policy-seed.ts';
import { nothingPlanted } from '../../simulator/tenant/seed.ts';
import { World } from '../../simulator/world/world.ts';

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '100000' }, days: { type: 'string', default: '550' }, only: { type: 'string' } },
});

const lifecycle = loadScenarioFile('simulator/scenarios/fleet-lifecycle.yaml').scenario;
const plain: Scenario = {
  ...lifecycle,
  devices: Number(values.devices),
  days: Number(values.days),
  tenant: { ...lifecycle.tenant, planted: nothingPlanted },
  fleet: lifecycle.fleet.map((group) => ({ ...group, signIns: null, lapses: null })),
  timeline: lifecycle.timeline.filter(({ at, step }) => at < lifecycle.startAt + Number(values.days) * dayMs && step.kind !== 'tenant'),
  faults: [],
  expectations: [],
};

const after = (what: SeedAction['do'], days: number): SeedAction => ({
  do: what,
  hours: days * 24,
  template: what === 'notification' ? 'Warning' : undefined,
  to: [],
});

const asked: [PolicyType, SeedPolicy['settings']][] = [
  ['iosCompliancePolicy', { passcodeRequired: true }],
  ['iosCompliancePolicy', { securityBlockJailbrokenDevices: true, osMinimumVersion: '15.0' }],
  ['androidWorkProfileCompliancePolicy', { passwordRequired: true, securityBlockJailbrokenDevices: true }],
  ['androidWorkProfileCompliancePolicy', { osMinimumVersion: '11', deviceThreatProtectionRequiredSecurityLevel: 'medium' }],
  ['androidDeviceOwnerCompliancePolicy', { osMinimumVersion: '11' }],
  ['androidCompliancePolicy', { securityBlockJailbrokenDevices: true }],
  ['macOSCompliancePolicy', { storageRequireEncryption: true, osMinimumVersion: '12.0' }],
  ['macOSCompliancePolicy', { passwordRequired: true }],
  ['windows10CompliancePolicy', { storageRequireEncryption: true, osMinimumVersion: '10.0.19041.0' }],
  ['windows10CompliancePolicy', { passwordRequired: true }],
];

const judged: Scenario = {
  ...plain,
  tenant: {
    ...plain.tenant,
    planted: {
      ...nothingPlanted,
      notificationTemplates: [
        {
          displayName: 'Warning',
          id: undefined,
          remove: false,
          description: undefined,
          branding: undefined,
          messages: [{ locale: 'en-us', subject: 'Your device', message: '{{DeviceName}} does not keep the rules.', isDefault: true }],
        },
      ],
      compliancePolicies: asked.map(([type, settings], index) => ({
        displayName: `Policy ${index + 1}`,
        id: undefined,
        remove: false,
        type,
        description: undefined,
        settings,
        assignTo: [{ kind: 'allUsers' }],
        exclude: [],
        actions: [after('block', 3), after('notification', 2), after('notification', 5), after('remoteLock', 7)],
      })),
    },
  },
  fleet: plain.fleet.map((group) => ({
    ...group,
    lapses: { perMonth: 0.05, lasts: { kind: 'uniform', fromMs: 2 * dayMs, untilMs: 20 * dayMs }, of: lapseKinds },
  })),
};

const signedIn: Scenario = {
  ...judged,
  tenant: {
    ...judged.tenant,
    planted: {
      ...judged.tenant.planted,
      conditionalAccess: [
        {
          displayName: 'Compliant devices only',
          id: undefined,
          remove: false,
          state: 'enabled',
          users: [{ kind: 'word', name: 'All' }],
          exclude: [],
          apps: ['All'],
          excludeApps: [],
          platforms: undefined,
          excludePlatforms: undefined,
          clientAppTypes: undefined,
          require: ['compliantDevice'],
          operator: 'OR',
          signInFrequencyHours: null,
        },
      ],
    },
  },
  fleet: judged.fleet.map((group) => ({ ...group, signIns: { apps: ['outlook'], everyMs: 4 * hourMs } })),
};

const cases: Record<string, Scenario> = {
  'no policies': plain,
  '10 policies': judged,
  'and Conditional Access, an app every 4 h': signedIn,
};

interface Lap {
  seconds: number;
  /** Of the processor: on a machine that has other things to do, this is the one to compare. */
  cpuSeconds: number;
  events: number;
  rssMb: number;
  found: unknown;
}

const print = (line: string) => process.stdout.write(`${line}\n`);

function live(scenario: Scenario): Lap {
  const begun = performance.now();
  const before = process.cpuUsage();
  const world = new World(scenario, { store: createMemoryStore(), everyCheckIn: false, codec: false });
  while (!world.advance(100_000));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  const broken = world.verdicts().find(({ passed }) => !passed);
  if (broken !== undefined) throw new Error(`${broken.name}: ${broken.detail}`);
  const { noncomplianceActions, mails, access } = world.tally;
  // Node gives kibibytes on every platform.
  const rssMb = (process.resourceUsage().maxRSS * 1024) / 1e6;
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    events: world.eventsExecuted,
    rssMb,
    found: { compliance: world.tally.compliance(), noncomplianceActions, mails, access },
  };
}

if (values.only === undefined) {
  print(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}`);
  print(`${plain.devices} devices, ${plain.days} days`);
  let first: number | null = null;
  for (const name of Object.keys(cases)) {
    const same = [...process.execArgv, fileURLToPath(import.meta.url), '--devices', values.devices, '--days', values.days, '--only', name];
    const { stdout, status } = spawnSync(process.execPath, same, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1e8,
    });
    if (status !== 0) throw new Error(`"${name}" ended with ${status}.`);
    const lap = JSON.parse(stdout) as Lap;
    first ??= lap.cpuSeconds;
    const figures = `${lap.seconds.toFixed(1).padStart(7)} s, ${lap.cpuSeconds.toFixed(1)} s of the processor (× ${(lap.cpuSeconds / first).toFixed(2)})  ${String(lap.events).padStart(10)} events  ${lap.rssMb.toFixed(0).padStart(6)} MB`;
    print(`${name.padEnd(42)}${figures}`);
    print(`  ${JSON.stringify(lap.found)}`);
  }
} else {
  const scenario = cases[values.only];
  if (scenario === undefined) throw new Error(`There is no case "${values.only}".`);
  print(JSON.stringify(live(scenario)));
}
