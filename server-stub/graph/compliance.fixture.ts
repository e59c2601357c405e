/** For tests: bodies of compliance policies, and a tenant with people, groups and phones to be judged by them. */
import type { DeviceInformation } from '../../protocol/device-information.ts';
import type { Inventory } from '../../protocol/messages.ts';
import type { Enrolled } from '../core/core.fixture.ts';
import { DirectoryBench } from './directory.fixture.ts';
import { bodyOf } from './fake-tenant.contract.ts';

export const policiesUrl = '/v1.0/deviceManagement/deviceCompliancePolicies';

interface Action {
  actionType: string;
  gracePeriodHours?: number;
  notificationTemplateId?: string;
  notificationMessageCCList?: string[];
}

export const block = { actionType: 'block', gracePeriodHours: 0, notificationTemplateId: '', notificationMessageCCList: [] };

export const ruleWith = (...actions: Action[]) => [{ ruleName: 'PasswordRequired', scheduledActionConfigurations: actions }];

/** Asks an iPhone for a passcode. */
export const passcodePolicy = {
  '@odata.type': '#microsoft.graph.iosCompliancePolicy',
  displayName: 'Passcode',
  passcodeRequired: true,
  scheduledActionsForRule: ruleWith(block),
};

export const allDevices = { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } };
export const allUsers = { target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } };
export const toGroup = (groupId: string) => ({ target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId } });
export const notGroup = (groupId: string) => ({ target: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId } });

export class ComplianceBench extends DirectoryBench {
  #devices = 0;

  /** The id of a new policy that reaches whom the assignments say. */
  policy(body: object = passcodePolicy, assignments: object[] = [allDevices]): string {
    const id = this.post('/beta/deviceManagement/deviceCompliancePolicies', body).id as string;
    if (assignments.length > 0) this.post(`/beta/deviceManagement/deviceCompliancePolicies/${id}/assign`, { assignments });
    return id;
  }

  /** A device that has told about itself and checked in. */
  device(change: Partial<DeviceInformation> = {}, inventory: Partial<Inventory> = {}): Enrolled {
    this.#devices += 1;
    const number = this.#devices;
    const name = { serialNumber: `MF${number}`, deviceName: `Phone ${number}` };
    const device = this.enroll(`request-${number}`, { ...name, userPrincipalName: `person.${number}@contoso.example`, ...inventory });
    this.check(device, change);
    return device;
  }

  /** The device tells what it is now, and checks in. */
  check(device: Enrolled, change: Partial<DeviceInformation> = {}): void {
    const link = this.open(device.peer);
    this.tell(link, device, change);
    this.checkIn(link, device);
    this.close(link);
  }
}

/** The text within Intune's nested message, or the message. */
export function refusalOf(bench: ComplianceBench, method: string, url: string, body?: unknown): string {
  const response = bench.call(method, url, body);
  if (response.status !== 400) throw new Error(`${method} ${url} answers ${response.status} ${response.body}`);
  const { message } = bodyOf(response).error;
  return message.startsWith('{') ? (JSON.parse(message) as { Message: string }).Message : message;
}

/** The id of a template of this tenant. */
export function plantedTemplate({ tenant, now }: ComplianceBench): string {
  const id = tenant.directory.newId('template');
  const common = { displayName: 'Mail', description: null, defaultLocale: 'en-us', branding: [], roleScopeTagIds: ['0'] } as const;
  tenant.directory.save('notificationTemplate', { id, ...common, modifiedAt: now, messages: [] });
  return id;
}
