/** Records of devices as benchmarks put them straight into a store: nobody plays them. */
import { dayMs } from '../../runtime/duration.ts';
import { Random } from '../../runtime/random.ts';
import { notEvaluated } from '../../server-stub/core/policy-records.ts';
import type { DeviceRecord } from '../../server-stub/core/records.ts';

const kinds = [
  { platform: 'ios', enrollment: 'automated', model: 'iPhone 15', manufacturer: 'Apple', osVersion: '18.1' },
  { platform: 'ios', enrollment: 'device', model: 'iPad Air', manufacturer: 'Apple', osVersion: '18.1' },
  { platform: 'android', enrollment: 'fully-managed', model: 'Pixel 9', manufacturer: 'Google', osVersion: '15' },
  { platform: 'windows', enrollment: 'joined', model: 'Surface', manufacturer: 'Microsoft', osVersion: '10.0.26100' },
] as const;

/** The same one for a number, in every run. It is one of a tenant in which a tenth is noncompliant, a hundredth waits for a wipe, and everybody was in touch within ten days. */
export function plantedDevice(number: number, startAt: number): DeviceRecord {
  const random = new Random(`bench/${number}`);
  const kind = kinds[number % kinds.length] as (typeof kinds)[number];
  const userPrincipalName = `user${Math.floor(number / 3)}@contoso.example`;
  const deviceName = `device-${number}`;
  const certificate = { serialNumber: random.hex(32).toUpperCase(), notBefore: startAt - dayMs, notAfter: startAt + 364 * dayMs };
  return {
    id: random.guid(),
    inventory: { ...kind, serialNumber: `BN${number}`, deviceName, userPrincipalName },
    managedDeviceName: `user_${kind.platform}_${number}`,
    enrolledAt: startAt - 20 * dayMs,
    lastSyncAt: startAt - Math.floor(random.unit() * 10 * dayMs),
    managementState: number % 100 === 0 ? 'wipePending' : 'managed',
    complianceState: number % 10 === 0 ? 'noncompliant' : 'compliant',
    certificate,
    nextCertificate: null,
    deleted: false,
    nudgeKeptUntil: null,
    commandCount: 0,
    information: {
      deviceName,
      osVersion: kind.osVersion,
      jailBroken: false,
      encrypted: true,
      passcode: true,
      workProfilePasscode: null,
      resetToken: 'none',
      lostMode: false,
      activationLock: false,
      activeUser: null,
      apps: [
        { id: 'mail', name: 'Mail', source: 'required' },
        { id: 'maps', name: 'Maps', source: 'available' },
      ],
    },
    configuration: '0123456789abcdef',
    requestedApps: [],
    notes: null,
    owner: null,
    hidden: false,
    compliance: notEvaluated,
    access: {},
    notices: [],
  };
}
