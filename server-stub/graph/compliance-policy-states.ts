/** Reading what each policy makes of one device (Graph: intune-deviceconfig-devicecompliancepolicystate-list, -get). */
import type { DeviceRecord } from '../core/records.ts';
import { type Collection, countItems, itemsAfter, listPage, oneItem } from './collection.ts';
import { policyStateOf, type SettingSource, type StateSource, settingStateOf, settingsOf, statesOf } from './compliance-policy-state.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { deviceOf, readDevices } from './managed-devices.ts';

const path = 'deviceManagement/managedDevices/{id}/deviceCompliancePolicyStates';

export const policyStateEndpoints: readonly Endpoint[] = [
  { path, methods: { GET: { needs: readDevices, answer: (call) => listPage(call, policyStates(call, deviceOf(call))) } } },
  {
    path: `${path}/$count`,
    methods: { GET: { needs: readDevices, answer: (call) => countItems(call, policyStates(call, deviceOf(call))) } },
  },
  {
    path: `${path}/{stateId}`,
    methods: { GET: { needs: readDevices, answer: (call) => oneItem(call, policyStates(call, deviceOf(call)), () => stateOfPath(call)) } },
  },
  {
    path: `${path}/{stateId}/settingStates`,
    methods: { GET: { needs: readDevices, answer: (call) => listPage(call, settingStates(call, stateOfPath(call))) } },
  },
];

function policyStates({ tenant, version }: Call, device: DeviceRecord): Collection<StateSource, StateSource> {
  return {
    path: `deviceManagement/managedDevices('${device.id}')/deviceCompliancePolicyStates`,
    resource: policyStateOf[version],
    items(afterId) {
      const states = statesOf(tenant, device);
      return afterId === null ? states : itemsAfter(states, ({ found }) => found.id === afterId);
    },
    idOf: ({ found }) => found.id,
    sourceOf: (one) => one,
  };
}

/** @throws GraphFault 404 */
function stateOfPath(call: Call): StateSource {
  const { stateId = '' } = call.params;
  const state = statesOf(call.tenant, deviceOf(call)).find(({ found }) => found.id === stateId.toLowerCase());
  if (state !== undefined) return state;
  throw new GraphFault(404, 'ResourceNotFound', `No compliance policy with the id '${stateId.slice(0, 64)}' reaches this device`, true);
}

function settingStates({ version }: Call, state: StateSource): Collection<SettingSource, SettingSource> {
  const path = `deviceManagement/managedDevices('${state.device.id}')/deviceCompliancePolicyStates('${state.found.id}')/settingStates`;
  return {
    path,
    resource: settingStateOf[version],
    items(afterId) {
      const settings = settingsOf(state);
      return afterId === null ? settings : itemsAfter(settings, ({ result }) => result.setting === afterId);
    },
    idOf: ({ result }) => result.setting,
    sourceOf: (one) => one,
  };
}
