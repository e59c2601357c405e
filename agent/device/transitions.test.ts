import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Command, commandSchema, commandTypes } from '../../protocol/commands.ts';
import type { Configuration } from '../../protocol/device-information.ts';
import type { DeviceChange } from '../../protocol/hands.ts';
import { type RefusalCode, refusalCodes, type ServerMessage } from '../../protocol/messages.ts';
import { type EnrollmentType, enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';
import type { ScreenKind, UserInput } from '../../protocol/screens.ts';
import { dayMs } from '../../runtime/duration.ts';
import { screenKindOf, screenView } from '../screens/index.ts';
import { idle } from './check-in.ts';
import type { DeviceInput, DeviceNote } from './effects.ts';
import { deviceInformation } from './information.ts';
import { Bench, benchStart, habit } from './machine.fixture.ts';
import type { Phase } from './state.ts';
import { nextDeadline, nextNoteworthy } from './step.ts';
import { facts, messages } from './transitions.ts';

const nudge: ServerMessage = { type: 'nudge' };
const samples: { [T in DeviceInput['type']]: Extract<DeviceInput, { type: T }> } = {
  started: { type: 'started' },
  network: { type: 'network', available: false },
  enroll: { type: 'enroll', token: 'letmein' },
  'csr-created': { type: 'csr-created', requestId: 'r', csr: 'csr' },
  'link-opened': { type: 'link-opened' },
  'link-closed': { type: 'link-closed', reason: 'lost' },
  message: { type: 'message', message: nudge },
  'clock-set-back': { type: 'clock-set-back' },
  deadline: { type: 'deadline' },
  'quiet-until': { type: 'quiet-until', before: 0 },
  'user-synced': { type: 'user-synced' },
  'user-input': { type: 'user-input', input: { press: 'lock' } },
  'outside-answered': { type: 'outside-answered', id: 1, answer: { allowed: true } },
  power: { type: 'power', on: false },
  changed: { type: 'changed', change: { jailBroken: true } },
  replaced: {
    type: 'replaced',
    inventory: { ...new Bench().state.inventory, serialNumber: 'NEW-1', model: 'Another' },
    has: new Bench().state.has,
  },
};

/** A bench in this phase, by the shortest way. */
const benches: Record<Phase, () => Bench> = {
  'set-up': () => new Bench(),
  enrolling: () => new Bench().tell(samples.enroll),
  enrolled: () => new Bench().enrolled(),
  leaving: () => new Bench().enrolled().tell(samples['user-synced']).command('c', { type: 'wipe', parameters: {} }),
  retired: () => gone({ type: 'retire', parameters: {} }),
  wiped: () => gone({ type: 'wipe', parameters: {} }),
  refused: () => new Bench().enrolled().hear({ type: 'refused', code: 'certificate-expired', message: 'no' }),
};

function gone(command: Command): Bench {
  const bench = new Bench().enrolled().tell(samples['user-synced']).command('c', command);
  return bench.hear({ type: 'result-accepted', commandId: 'c' });
}

/** What a driver must never say: everything else is taken in every phase. */
const absent: Record<Phase, DeviceInput['type'][]> = {
  'set-up': [],
  enrolling: ['enroll'],
  enrolled: ['enroll'],
  leaving: ['enroll'],
  retired: [],
  wiped: [],
  refused: [],
};
const phases = Object.keys(absent) as Phase[];
const inputs = Object.keys(samples) as DeviceInput['type'][];

describe('the tables', () => {
  it.each(phases.flatMap((phase) => inputs.map((input) => [phase, input] as const)))(
    '%s: %s is taken, or stops the program',
    (phase, input) => {
      const bench = benches[phase]();
      expect(bench.state.phase).toBe(phase);
      if (absent[phase].includes(input)) {
        expect(() => bench.tell(samples[input])).toThrow(`A device in phase ${phase} cannot be told "${input}".`);
        expect(bench.wishes).toEqual([]);
      } else bench.tell(samples[input]);
    },
  );

  it('have a row for every phase, and none for others', () => {
    expect(Object.keys(facts).sort()).toEqual([...phases].sort());
    expect(Object.keys(messages).sort()).toEqual([...phases].sort());
  });

  it.each(['set-up', 'retired', 'wiped', 'refused'] as const)('%s: whatever a server says means nothing', (phase) => {
    const bench = benches[phase]();
    const before = JSON.stringify(bench.state);
    for (const message of [nudge, { type: 'check-in-done' }, { type: 'refused', code: 'server-error', message: '' }] as const) {
      expect(bench.hear(message).wishes).toEqual([]);
    }
    expect(JSON.stringify(bench.state)).toBe(before);
  });
});

/** Nothing of these may ever be in a note. */
const secrets = ['246810-secret', '135791-secret', 'apple-secret', 'letmein', 'opaque-secret'] as const;
const [passcode, pin] = secrets;
/** In every notification. */
const marked = 'marked-text';
/** Screens that an input may leave for another one of their kind. */
const ownScreens: readonly ScreenKind[] = ['new-passcode', 'notification-centre', 'company-portal'];

const parametersOf: Partial<Record<Command['type'], object>> = {
  remoteLock: { pin },
  resetPasscode: { passcode },
  wipe: { macOsUnlockCode: pin, persistEsimDataPlan: true },
  enableLostMode: { message: 'Call us' },
  cleanWindowsDevice: { keepUserData: true },
  setDeviceName: { deviceName: 'renamed' },
  windowsDefenderScan: { quickScan: true },
  deleteUserFromSharedAppleDevice: { userPrincipalName: 'adele@contoso.example' },
};
const commands: fc.Arbitrary<Command> = fc
  .constantFrom(...commandTypes)
  .chain((type) => fc.constantFrom({}, parametersOf[type] ?? {}).map((parameters) => ({ type, parameters }) as Command))
  .filter((command) => commandSchema.safeParse(command).success);

const configurations: fc.Arbitrary<Configuration> = fc.record({
  passcodeRequired: fc.boolean(),
  workProfilePasscodeRequired: fc.boolean(),
  passcodeLengthMin: fc.constantFrom(4, 16),
  allowActivationLock: fc.boolean(),
  version: fc.constantFrom('v1', 'v2', 'v3'),
  apps: fc.constantFrom<Configuration['apps'][]>(
    [],
    [{ id: 'mail', name: 'Mail', intent: 'required' }],
    [
      { id: 'mail', name: 'Mail', intent: 'available' },
      { id: 'chess', name: 'Chess', intent: 'requested' },
    ],
  ),
});

const inputsOfUser: fc.Arbitrary<UserInput> = fc.oneof(
  fc.constantFrom<UserInput[]>(
    ...['power', 'enroll', 'continue', 'unlock', 'set', 'allow', 'not-now', 'lock', 'company-portal', 'open-outlook', 'sync', 'home'].map(
      (press) => ({ press }),
    ),
    ...['notifications', 'dismiss-1', 'dismiss-all', 'dont-allow', 'notifications-on', 'notifications-off'].map((press) => ({ press })),
    { press: 'install-mail' },
    { press: 'unlock', values: { passcode } },
    { press: 'unlock', values: { pin } },
    { press: 'unlock', values: { appleId: 'adele@contoso.example', password: 'apple-secret' } },
    { press: 'set', values: { passcode } },
    { press: 'constructor', values: { toString: 'x' } },
  ),
  fc.constantFrom(...secrets).map((type) => ({ type })),
  fc.integer({ min: 0, max: 9 }).map((screen) => ({ press: 'lock', screen })),
);

const changes: fc.Arbitrary<DeviceChange> = fc.constantFrom<DeviceChange[]>(
  { passcode },
  { passcode: null },
  { workProfilePasscode: passcode },
  { findMy: true },
  { findMy: false },
  { installs: 'Chess' },
  { osVersion: '7.0', encrypted: true },
  { behavior: habit('any', 'slow', { times: 1, delayMs: dayMs }) },
  { behavior: habit('any', 'not-now', { times: 1 }) },
  { behavior: habit('any', 'fail', { chance: 0.5 }) },
  { behaviors: [] },
  { companyPortal: false },
  { companyPortal: true },
  { notificationsAllowed: 'allowed' },
  { notificationsAllowed: 'not-asked', notificationReader: 'Digest' },
  { lockScreenNotifications: 'hidden' },
  { security: { googlePlayServices: false } },
);

const kinds = platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment: EnrollmentType) => ({ platform, enrollment })));

type Act =
  | { do: 'fact'; input: DeviceInput }
  | { do: 'wait' | 'csr' | 'accept' | 'stay' | 'enrolled' | 'renewed' | 'restore' | 'answer' }
  | { do: 'say'; message: ServerMessage };
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<Act[]>(
      { do: 'wait' },
      { do: 'csr' },
      { do: 'accept' },
      { do: 'stay' },
      { do: 'enrolled' },
      { do: 'renewed' },
      { do: 'restore' },
      { do: 'answer' },
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...inputs)
      .filter((type) => type !== 'message' && type !== 'quiet-until')
      .map((type): Act => ({ do: 'fact', input: samples[type] })),
  },
  {
    weight: 8,
    arbitrary: fc
      .oneof(
        fc.boolean().map((available): DeviceInput => ({ type: 'network', available })),
        fc.constant<DeviceInput>({ type: 'power', on: true }),
        inputsOfUser.map((input): DeviceInput => ({ type: 'user-input', input, token: 'letmein' })),
        changes.map((change): DeviceInput => ({ type: 'changed', change })),
      )
      .map((input): Act => ({ do: 'fact', input })),
  },
  {
    weight: 5,
    arbitrary: fc.oneof(
      fc
        .record({ commandId: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'), command: commands })
        .map((command): Act => ({ do: 'say', message: { type: 'command', ...command } })),
      configurations.map((configuration): Act => ({ do: 'say', message: { type: 'configuration', configuration } })),
      fc
        .constantFrom<ServerMessage[]>(nudge, { type: 'check-in-done' }, { type: 'result-accepted', commandId: 'c1' })
        .map((message): Act => ({ do: 'say', message })),
      fc.nat(9).map(
        (n): Act => ({
          do: 'say',
          message: { type: 'notification', notificationId: `n${n}`, sentAt: benchStart, title: marked, body: marked },
        }),
      ),
      fc
        .constantFrom<RefusalCode[]>(...refusalCodes)
        .map((code): Act => ({ do: 'say', message: { type: 'refused', code, message: code } })),
    ),
  },
);

/** Plays a sequence in which a driver makes no mistake, whatever its peer says, and holds every step to what must always be true. */
function play(sequence: readonly Act[], wipesSilently: boolean, kind: (typeof kinds)[number]): Set<string> {
  const bench = new Bench({ ...kind, osVersion: '14' }, { wipesSilently });
  const { state } = bench;
  const executed = new Set<string>();
  const seen = new Set<string>([state.phase]);
  for (const act of sequence) {
    const { phase, screen, screenNumber } = state;
    const told = { information: deviceInformation(state), version: state.information.version };
    if (act.do === 'fact') {
      if (absent[phase].includes(act.input.type)) continue;
      if (act.input.type === 'link-opened' && state.link !== 'opening') continue;
      bench.tell(act.input);
    } else if (act.do === 'say') {
      if (state.link !== 'open') continue;
      bench.hear(act.message);
    } else if (act.do === 'wait') {
      bench.now = Math.min(nextDeadline(state), bench.now + 3 * dayMs);
      bench.tell(samples.deadline);
    } else if (act.do === 'csr') bench.tell({ type: 'csr-created', requestId: state.requestId ?? 'none', csr: 'csr' });
    else if (act.do === 'accept') {
      if (state.link !== 'open' || state.leaving === null) continue;
      bench.hear({ type: 'result-accepted', commandId: state.leaving.commandId });
    } else if (act.do === 'stay') {
      if (state.link !== 'open' || state.leaving === null) continue;
      bench.hear({ type: 'result-accepted', commandId: state.leaving.commandId, pushUntil: bench.now + dayMs });
    } else if (act.do === 'answer') {
      bench.answer({ allowed: true, token: 'opaque-secret' });
    } else if (act.do === 'restore') {
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      continue;
    } else {
      if (state.link !== 'open') continue;
      bench.issued(act.do, state.requestId ?? 'none', `4${seen.size}`);
    }

    for (const note of bench.notes as DeviceNote[]) {
      if (note.kind !== 'executed') continue;
      expect(executed, 'executed once').not.toContain(note.commandId);
      expect(phase, 'executed while enrolled').toBe('enrolled');
      executed.add(note.commandId);
    }
    seen.add(state.phase);
    const managed = state.phase === 'enrolled' || state.phase === 'leaving';
    if (managed) expect(state.certificate).not.toBeNull();
    if (state.phase !== 'refused') expect(state.certificate !== null, 'an identity only while managed').toBe(managed);
    expect(state.leaving !== null, 'leaving').toBe(state.phase === 'leaving');
    if (state.leaving !== null) expect(executed, 'leaving only after execution').toContain(state.leaving.commandId);
    expect(state.screen, 'the screen follows from the state').toBe(screenKindOf(state));
    const numbers = state.screenNumber - screenNumber;
    // The second of two prompts for a passcode is of the same kind, and a screen of its own; so is a list that has one notification less.
    const mayBeAnother = act.do === 'fact' && act.input.type === 'user-input' && ownScreens.includes(screen);
    if (state.screen !== screen || !mayBeAnother) {
      expect(numbers, 'a screen of another kind has another number').toBe(state.screen === screen ? 0 : 1);
    } else expect([0, 1], 'one at most').toContain(numbers);
    if (state.banner !== null)
      expect(
        state.notifications.map(({ id }) => id),
        'a banner shows one that is there',
      ).toContain(state.banner);
    expect(JSON.stringify([bench.notes, bench.wishes, bench.sent]), 'no text of a notification is told').not.toContain(marked);
    const shown = JSON.stringify([bench.notes, screenView(state)]);
    for (const secret of secrets) expect(shown, 'no secret is told').not.toContain(secret);
    if (JSON.stringify(deviceInformation(state)) !== JSON.stringify(told.information)) {
      expect(state.information.version, 'what changed is a new version').toBeGreaterThan(told.version);
      if (idle(state)) expect(nextNoteworthy(state, false, false), 'the next check-in tells it').toBe(nextDeadline(state));
    }
    if (state.phase === 'refused') expect(state.refusal).not.toBeNull();
    if (state.phase !== 'enrolling') expect([state.token, state.csr], 'no secret is kept').toEqual([null, null]);
    if (state.link === 'closed') expect(state.exchange, 'an exchange needs a link').toBe('none');
    // A device that waits for an answer knows until when.
    if (state.exchange !== 'none' || state.link === 'opening') expect(nextDeadline(state)).toBeLessThan(Number.POSITIVE_INFINITY);
    // A managed device that can reach its server never waits for nothing.
    const isOnline = state.network && state.power === 'on' && !state.beforeFirstUnlock;
    if (!isOnline) expect(state.link).toBe('closed');
    if (managed && isOnline) expect(nextDeadline(state)).toBeLessThan(Number.POSITIVE_INFINITY);
    if (!managed && state.phase !== 'enrolling') {
      const stays = state.phase === 'retired' && state.link === 'open';
      if (stays) expect([state.exchange, state.replyBy, state.reconnectAt], 'a link for notifications alone').toEqual(['none', null, null]);
      else expect(state.link, 'nobody to talk to').toBe('closed');
      if (stays) seen.add('retired, with its link');
    }
  }
  return seen;
}

describe('any sequence of inputs', () => {
  it('M-11 breaks no invariant', () => {
    const seen = new Set<string>();
    const enrolling: Act[] = [
      { do: 'fact', input: samples.enroll },
      { do: 'csr' },
      { do: 'fact', input: samples['link-opened'] },
      { do: 'enrolled' },
      { do: 'fact', input: samples['link-opened'] },
    ];
    // What is drawn seldom leads to an end.
    const asked = (type: 'retire' | 'wipe'): Act => ({
      do: 'say',
      message: { type: 'command', commandId: 'c1', command: { type, parameters: {} } },
    });
    const untrusted: Act = { do: 'say', message: { type: 'refused', code: 'certificate-untrusted', message: 'untrusted' } };
    const ends: Act[][] = [
      [asked('retire'), { do: 'accept' }],
      [asked('retire'), { do: 'stay' }],
      [asked('wipe'), { do: 'accept' }],
      [untrusted],
    ];
    fc.assert(
      fc.property(
        fc.array(acts, { maxLength: 60 }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(...kinds),
        (sequence, enrolledFirst, silent, kind) => {
          for (const phase of play(enrolledFirst ? [...enrolling, ...sequence] : sequence, silent, kind)) seen.add(phase);
        },
      ),
      { numRuns: 4_000, examples: ends.map((end) => [end, true, false, { platform: 'ios', enrollment: 'device' }]) },
    );
    expect([...seen].sort()).toEqual([...phases, 'retired, with its link'].sort());
  });
});
