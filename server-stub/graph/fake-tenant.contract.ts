/** For tests: a tenant that keeps its records in a Map, devices to fill it with, and the two ways to ask Graph about it. */

import { type Command, whyUnsupported } from '../../protocol/commands.ts';
import type { DeviceInformation } from '../../protocol/device-information.ts';
import type { Inventory } from '../../protocol/messages.ts';
import { directoryOf } from '../core/directory.ts';
import type { MailRecord } from '../core/directory-records.ts';
import type { ServerOut } from '../core/effects.ts';
import { ensureUser, userIdOf } from '../core/people.ts';
import { brandDefault, complianceSettingsDefault, notEvaluated } from '../core/policy-records.ts';
import type { AuditRecord, BypassCode, CommandRecord, DeviceRecord } from '../core/records.ts';
import type { Core } from '../core/sessions.ts';
import { pushAtOnce, type TenantConfiguration, tenantConfigurationDefault } from '../core/settings.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { personCaller } from './caller.ts';
import { handleGraph } from './graph.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './tenant.ts';

export const testNow = Date.UTC(2026, 0, 15, 10, 30);
export const requestId = '99999999-0000-4000-8000-000000000001';

export interface FakeTenant extends GraphTenant {
  devices: Map<string, DeviceRecord>;
  commands: CommandRecord[];
  /** Newest first. */
  auditRecords: AuditRecord[];
  /** By device id. */
  bypassCodes: Map<string, BypassCode['code']>;
  current: TenantConfiguration;
  issued: { deviceId: string; command: Command; initiatedBy: string }[];
  deletions: { deviceId: string; initiatedBy: string }[];
}

const noEffects: ServerOut = { send() {}, closeLink() {}, signCertificate() {}, sendMail() {}, note() {} };

export function fakeTenant(devices: readonly DeviceRecord[] = []): FakeTenant {
  const store = createMemoryStore();
  const tenant: FakeTenant = {
    devices: new Map(devices.map((device) => [device.id, device])),
    commands: [],
    auditRecords: [],
    bypassCodes: new Map(),
    current: tenantConfigurationDefault,
    issued: [],
    deletions: [],
    device: (id) => tenant.devices.get(id),
    *devicesAfter(afterId) {
      const ids = [...tenant.devices.keys()].sort();
      for (const id of ids) {
        const device = tenant.devices.get(id);
        if (device !== undefined && (afterId === null || id > afterId)) yield device;
      }
    },
    commandsOf: (deviceId) => tenant.commands.filter((command) => command.deviceId === deviceId),
    *allCommands() {
      yield* [...tenant.commands].reverse();
    },
    *audits() {
      yield* tenant.auditRecords;
    },
    whyUnavailable: (device, type) => whyUnsupported(type, device.inventory),
    bypassCode: (device) => tenant.bypassCodes.get(device.id) ?? null,
    fileVaultKey: () => null,
    issue(deviceId, command, { name: initiatedBy }) {
      const device = tenant.devices.get(deviceId);
      if (device === undefined) throw new Error(`No device ${deviceId}`);
      const refused = whyUnsupported(command.type, device.inventory) ?? null;
      if (refused === null) tenant.issued.push({ deviceId, command, initiatedBy });
      return { refused };
    },
    notifyGroups: () => ({ tryAgainAt: null }),
    pushSettings: () => pushAtOnce,
    setPushSettings() {},
    pushCounts: () => ({ underWay: 0, kept: 0 }),
    cancel: () => 'not-found',
    configuration: () => tenant.current,
    configure(change) {
      tenant.current = { ...tenant.current, ...change };
    },
    requestApp: () => false,
    portalUser: () => undefined,
    portalToken: () => '',
    directory: {
      ...directoryOf({ store, settings: { seed: 'test' } } as Core, testNow, noEffects),
      // Whoever has a device is somebody.
      user(name) {
        if (name.includes('@')) ensureUser({ store } as Core, name, testNow);
        return store.entry('user', name.toLowerCase()) ?? store.entryNamed('user', name.toLowerCase());
      },
    },
    allows: () => true,
    deviceCounts: () => [...tenant.devices.values()].map(({ inventory: { platform, enrollment } }) => ({ platform, enrollment, count: 1 })),
    complianceCounts: () => [...tenant.devices.values()].map(({ complianceState }) => ({ state: complianceState, count: 1 })),
    editDevice(deviceId, change) {
      const device = tenant.devices.get(deviceId);
      if (device !== undefined) tenant.devices.set(deviceId, { ...device, ...change });
    },
    cleanupDays: () => null,
    setCleanupDays() {},
    note() {},
    savePolicy: (policy) => store.saveEntry('compliancePolicy', policy),
    removePolicy: ({ id }) => store.removeEntry('compliancePolicy', id),
    policiesOf: () => [],
    policyReader: () => () => [],
    complianceSettings: () => complianceSettingsDefault,
    setComplianceSettings() {},
    brand: () => brandDefault,
    setBrand() {},
    decideRetire() {},
    sendTestMail() {},
    saveAccessPolicy: (policy) => store.saveEntry('accessPolicy', policy),
    removeAccessPolicy: ({ id }) => store.removeEntry('accessPolicy', id),
    signIns: () => [],
    signIn: () => undefined,
    mails: () => store.mails(),
    sendMail(draft) {
      const rest = { state: 'sent', attempts: 1, nextAttemptAt: null, pending: [], refused: [], finishedAt: testNow, error: null } as const;
      const mail: MailRecord = { ...draft, ...rest, id: 'mail', at: testNow, queuedAt: testNow, messageId: 'mail@mockfleet.example' };
      store.saveMail(mail);
      return mail;
    },
    receivedMails: () => [],
    receivedMail: () => undefined,
    receiveMail: (mail) => ({ ...mail, id: 'received', at: testNow }),
    clearReceivedMails() {},
    deleteDevice(deviceId, { name: initiatedBy }) {
      tenant.devices.delete(deviceId);
      tenant.deletions.push({ deviceId, initiatedBy });
    },
  };
  return tenant;
}

/** `00000000-0000-4000-8000-00000000002a` for 42: ids in the order of their numbers. */
export function deviceId(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function testDevice(number: number, inventory: Partial<Inventory> = {}, rest: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    id: deviceId(number),
    inventory: {
      platform: 'ios',
      enrollment: 'device',
      serialNumber: `SN${number}`,
      deviceName: `device-${number}`,
      manufacturer: 'Apple',
      model: 'iPhone 15',
      osVersion: '17.5',
      userPrincipalName: 'adele.vance@contoso.com',
      ...inventory,
    },
    managedDeviceName: `adele.vance_iOS_1/1/2025_10:00 AM`,
    enrolledAt: Date.UTC(2025, 0, 1, 10),
    lastSyncAt: Date.UTC(2026, 0, 15, 9),
    managementState: 'managed',
    complianceState: 'compliant',
    certificate: { serialNumber: 'A1', notBefore: Date.UTC(2025, 0, 1), notAfter: Date.UTC(2025, 11, 31) },
    nextCertificate: null,
    deleted: false,
    nudgeKeptUntil: null,
    commandCount: 0,
    information: null,
    configuration: null,
    requestedApps: [],
    notes: null,
    owner: null,
    hidden: false,
    compliance: notEvaluated,
    access: {},
    notices: [],
    ...rest,
  };
}

export function testCommand(deviceNumber: number, command: Command, rest: Partial<CommandRecord> = {}): CommandRecord {
  return {
    id: `command-${rest.requestedAt ?? 0}`,
    deviceId: deviceId(deviceNumber),
    action: command.type,
    command,
    status: 'queued',
    initiatedBy: 'admin@contoso.com',
    requestedAt: testNow,
    deliveredAt: null,
    finishedAt: null,
    deliveries: 0,
    errorCode: null,
    location: null,
    byUser: false,
    deviceName: `device-${deviceNumber}`,
    deviceOwner: 'adele@contoso.com',
    bulkId: null,
    ...rest,
  };
}

/** What a device told about itself: nothing remarkable, but for `change`. */
export function testInformation(change: Partial<DeviceInformation> = {}): DeviceInformation {
  return {
    deviceName: 'told-name',
    osVersion: '17.5',
    jailBroken: false,
    encrypted: true,
    passcode: true,
    workProfilePasscode: null,
    resetToken: 'none',
    lostMode: false,
    activationLock: false,
    activeUser: null,
    apps: [],
    ...change,
  };
}

export function testAudit(number: number, rest: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: `aaaaaaaa-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
    at: testNow + number * 1000,
    actor: 'admin@contoso.com',
    actorType: 'user',
    actorId: userIdOf('admin@contoso.com'),
    activity: 'wipe ManagedDevice',
    deviceId: deviceId(1),
    deviceName: 'device-1',
    resource: null,
    ...rest,
  };
}

/** Asks for `url` (path and query, or a whole link as an answer gives it). */
export function ask(tenant: GraphTenant, method: string, url: string, rest: Partial<GraphRequest> = {}): GraphResponse {
  const local = url.replace(/^https:\/\/[^/]+/, '');
  const mark = local.indexOf('?');
  return handleGraph(
    {
      method,
      origin: 'https://graph.microsoft.com',
      path: mark === -1 ? local : local.slice(0, mark),
      query: mark === -1 ? '' : local.slice(mark + 1),
      headers: {},
      body: '',
      requestId,
      now: testNow,
      caller: personCaller(userIdOf('admin@contoso.com'), 'admin@contoso.com'),
      ...rest,
    },
    tenant,
  );
}

/** What an answer may hold, for tests that look into it. */
export interface Answer {
  '@odata.context': string;
  '@odata.count': number;
  '@odata.nextLink'?: string;
  value: Record<string, unknown>[];
  error: { code: string; message: string; innerError: Record<string, string> };
  [name: string]: unknown;
}

export function bodyOf(response: GraphResponse): Answer {
  return JSON.parse(response.body) as Answer;
}

/** The stub's fetch door, without the stub. */
export function fakeDoor(tenant: GraphTenant): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const response = ask(tenant, request.method, `${url.pathname}${url.search}`, {
      origin: url.origin,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    });
    return new Response(response.body === '' ? null : response.body, { status: response.status, headers: response.headers });
  };
}
