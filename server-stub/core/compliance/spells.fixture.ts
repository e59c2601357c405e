/** Policies on the core's bench: what administrators save, and what is told of it. */
import { hourMs } from '../../../runtime/duration.ts';
import { administrator, type CoreBench, type Enrolled, type newPhone } from '../core.fixture.ts';
import type { AssignmentTarget, CompliancePolicyRecord, Json, NotificationTemplateRecord, ScheduledAction } from '../policy-records.ts';

export const warning: NotificationTemplateRecord = {
  id: '11111111-1111-4111-8111-111111111111',
  displayName: 'Warning',
  description: null,
  defaultLocale: 'en-us',
  branding: [],
  roleScopeTagIds: ['0'],
  modifiedAt: 0,
  messages: [{ locale: 'en-us', subject: 'Not compliant', messageTemplate: 'Please see to it.', isDefault: true, modifiedAt: 0 }],
};

/** `notification 48`, hours after the device was found noncompliant. */
export type Scheduled = `${ScheduledAction['type']} ${number}`;

interface PolicyChange extends Partial<Pick<CompliancePolicyRecord, 'type' | 'displayName'>> {
  settings?: Record<string, Json>;
  to?: readonly AssignmentTarget[];
  actions?: readonly Scheduled[];
}

/** For iPhones, asks for a passcode, marks at once, assigned to all users; `change` says what is otherwise. Saving it again is a new version. */
export function savePolicy(bench: CoreBench, id: string, change: PolicyChange = {}): CompliancePolicyRecord {
  const before = bench.store.entry('compliancePolicy', id);
  const { settings = { passcodeRequired: true }, to = [{ kind: 'allUsers' }], actions = ['block 0'], ...rest } = change;
  const policy: CompliancePolicyRecord = {
    id,
    type: 'iosCompliancePolicy',
    displayName: id,
    description: null,
    createdAt: bench.now,
    modifiedAt: bench.now,
    version: (before?.version ?? 0) + 1,
    settings,
    roleScopeTagIds: ['0'],
    assignments: to.map((target, place) => ({ id: `${id}/${place}`, target })),
    rules: [{ id: `${id}/rule`, ruleName: 'PasswordRequired', actions: actions.map((text, place) => actionOf(text, `${id}/${place}`)) }],
    ...rest,
  };
  bench.tenant.savePolicy(policy, before === undefined ? 'create' : 'patch', administrator);
  return policy;
}

function actionOf(text: Scheduled, id: string): ScheduledAction {
  const [type, hours] = text.split(' ') as [ScheduledAction['type'], string];
  return { id: `${id}/${text}`, type, hours: Number(hours), templateId: type === 'notification' ? warning.id : '', ccGroups: [] };
}

/** One whole check-in of a device that tells this about itself; its link is closed again. */
export function visit(bench: CoreBench, device: Enrolled, told: Partial<typeof newPhone> = {}) {
  const link = bench.open(device.peer);
  bench.tell(link, device, { passcode: true, ...told });
  const sent = bench.checkIn(link, device);
  bench.close(link);
  return sent;
}

/** Actions since the last call, as `type outcome`, with the hours since `from`. */
export function fired(bench: CoreBench, from: number): string[] {
  return bench.notes.splice(0).flatMap((note) => {
    if (note.kind !== 'noncompliance-action') return [];
    return [`${(note.dueAt - from) / hourMs}h ${note.action}${note.outcome === 'done' ? '' : ' skipped'}`];
  });
}
