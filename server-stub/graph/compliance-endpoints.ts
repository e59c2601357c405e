/** The paths of compliance policies (Graph: intune-shared-devicecompliancepolicy; reference §4.1). */
import { policyTypes, type ScheduledAction } from '../core/policy-records.ts';
import { readFields, type Written } from './body-fields.ts';
import { type Collection, countItems, itemsAfter, listPage, oneItem } from './collection.ts';
import { type AssignmentSource, assignmentOf, sourcesOf } from './compliance-assignments.ts';
import { complianceNeeds } from './compliance-needs.ts';
import { deviceOverviewOf, type PolicySetting, policySetting, settingsOf, userOverviewOf } from './compliance-overviews.ts';
import { policies, policiesPath, policyOfPath } from './compliance-policies.ts';
import { isTypeOf } from './compliance-policy.ts';
import { assignPolicy, createPolicy, deletePolicy, scheduleActions, updatePolicy } from './compliance-policy-changes.ts';
import { policyStateEndpoints } from './compliance-policy-states.ts';
import { emptyTally, talliesOf } from './compliance-reach.ts';
import { listScheduled, reportScheduled, setScheduledState } from './compliance-retire-list.ts';
import { actionItem, actionsOf } from './compliance-scheduled-actions.ts';
import { deviceStatuses, userStatuses } from './compliance-statuses.ts';
import { complianceSummaryEndpoints } from './compliance-summaries.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { readBody } from './request-json.ts';
import { noContent } from './response.ts';
import { answerSingleton } from './singleton.ts';
import type { GraphResponse } from './tenant.ts';

const { read, create, update, delete: remove, assign } = complianceNeeds;
const one = `${policiesPath}/{id}`;

/** A list below something, how many there are, and one of them by its key. */
function below<Item, Source>(path: string, key: string, what: string, collection: (call: Call) => Collection<Item, Source>): Endpoint[] {
  const found = (call: Call): Item => {
    const id = call.params[key] ?? '';
    const { items, idOf } = collection(call);
    for (const item of items(null, false, null)) if (idOf(item).toLowerCase() === id.toLowerCase()) return item;
    throw new GraphFault(404, 'ResourceNotFound', `No ${what} has the id '${id.slice(0, 192)}'`, true);
  };
  return [
    { path, methods: { GET: { needs: read, answer: (call) => listPage(call, collection(call)) } } },
    { path: `${path}/$count`, methods: { GET: { needs: read, answer: (call) => countItems(call, collection(call)) } } },
    { path: `${path}/{${key}}`, methods: { GET: { needs: read, answer: (call) => oneItem(call, collection(call), () => found(call)) } } },
  ];
}

export const complianceEndpoints: readonly Endpoint[] = [
  {
    path: policiesPath,
    methods: {
      GET: { needs: read, answer: (call) => listPage(call, policies(call)) },
      POST: { needs: create, answer: createPolicy },
    },
  },
  { path: `${policiesPath}/$count`, methods: { GET: { needs: read, answer: (call) => countItems(call, policies(call)) } } },
  // Those of one type: `…/microsoft.graph.iosCompliancePolicy`.
  ...policyTypes.flatMap((type): Endpoint[] => {
    const only = isTypeOf('v1.0', type) ? {} : ({ only: 'beta' } as const);
    const path = `${policiesPath}/${type}`;
    return [
      { path, ...only, methods: { GET: { needs: read, answer: (call) => listPage(call, policies(call, type)) } } },
      { path: `${path}/$count`, ...only, methods: { GET: { needs: read, answer: (call) => countItems(call, policies(call, type)) } } },
    ];
  }),
  {
    path: one,
    methods: {
      GET: { needs: read, answer: (call) => oneItem(call, policies(call), () => policyOfPath(call)) },
      PATCH: { needs: update, answer: updatePolicy },
      DELETE: { needs: remove, answer: deletePolicy },
    },
  },
  { path: `${one}/assign`, methods: { POST: { needs: assign, answer: assignPolicy } } },
  { path: `${one}/scheduleActionsForRules`, methods: { POST: { needs: update, answer: scheduleActions } } },
  ...below(`${one}/assignments`, 'assignmentId', 'assignment', assignments),
  ...below(`${one}/scheduledActionsForRule/{ruleId}/scheduledActionConfigurations`, 'actionId', 'scheduled action', actions),
  ...below(`${one}/deviceStatuses`, 'statusId', 'device status', (call) =>
    deviceStatuses(call, policyOfPath(call), pathBelow(call, 'deviceStatuses')),
  ),
  ...below(`${one}/userStatuses`, 'statusId', 'user status', (call) =>
    userStatuses(call, policyOfPath(call), pathBelow(call, 'userStatuses')),
  ),
  ...below(`${one}/deviceSettingStateSummaries`, 'summaryId', 'summary of a setting', settings),
  {
    path: `${one}/deviceStatusOverview`,
    methods: { GET: { needs: read, answer: (call) => overview(call, 'devices') } },
  },
  {
    path: `${one}/userStatusOverview`,
    methods: { GET: { needs: read, answer: (call) => overview(call, 'users') } },
  },
  { path: `${policiesPath}/getDevicesScheduledToRetire()`, only: 'beta', methods: { GET: { needs: read, answer: listScheduled } } },
  { path: `${policiesPath}/getNoncompliantDevicesToRetire`, only: 'beta', methods: { POST: { needs: read, answer: reportScheduled } } },
  { path: `${policiesPath}/setScheduledRetireState`, only: 'beta', methods: { POST: { needs: update, answer: setScheduledState } } },
  { path: `${policiesPath}/refreshDeviceComplianceReportSummarization`, only: 'beta', methods: { POST: { needs: read, answer: refresh } } },
  ...policyStateEndpoints,
  ...complianceSummaryEndpoints,
];

const pathBelow = (call: Call, name: string) => `${policiesPath}('${policyOfPath(call).id}')/${name}`;

function assignments(call: Call): Collection<AssignmentSource, AssignmentSource> {
  const policy = policyOfPath(call);
  const idOf = ({ assignment }: AssignmentSource) => assignment.id;
  return {
    path: pathBelow(call, 'assignments'),
    resource: assignmentOf[call.version],
    items: (afterId) => (afterId === null ? sourcesOf(policy) : itemsAfter(sourcesOf(policy), (item) => idOf(item) === afterId)),
    idOf,
    sourceOf: (item) => item,
  };
}

/** @throws GraphFault 404 */
function actions(call: Call): Collection<ScheduledAction, ScheduledAction> {
  const { ruleId = '' } = call.params;
  const rule = policyOfPath(call).rules.find(({ id }) => id === ruleId.toLowerCase());
  if (rule === undefined)
    throw new GraphFault(404, 'ResourceNotFound', `No scheduled action for a rule has the id '${ruleId.slice(0, 64)}'`, true);
  const all = actionsOf(call.version, rule);
  return {
    path: pathBelow(call, `scheduledActionsForRule('${rule.id}')/scheduledActionConfigurations`),
    resource: actionItem,
    items: (afterId) => (afterId === null ? all : itemsAfter(all, ({ id }) => id === afterId)),
    idOf: ({ id }) => id,
    sourceOf: (item) => item,
  };
}

function settings(call: Call): Collection<PolicySetting, PolicySetting> {
  const policy = policyOfPath(call);
  const idOf = ({ setting }: PolicySetting) => `${policy.id}_${setting}`;
  return {
    path: pathBelow(call, 'deviceSettingStateSummaries'),
    resource: policySetting,
    items(afterId) {
      const all = settingsOf(call.tenant, policy);
      return afterId === null ? all : itemsAfter(all, (item) => idOf(item) === afterId);
    },
    idOf,
    sourceOf: (item) => item,
  };
}

function overview(call: Call, of: 'devices' | 'users'): GraphResponse {
  const policy = policyOfPath(call);
  const resource = of === 'devices' ? deviceOverviewOf : userOverviewOf;
  const path = pathBelow(call, of === 'devices' ? 'deviceStatusOverview' : 'userStatusOverview');
  const tally = talliesOf(call.tenant, [policy]).get(policy.id)?.[of] ?? emptyTally();
  return answerSingleton(call, path, resource[call.version], { policy, tally, now: call.request.now });
}

const nothing: Written = {
  resource: { typeName: 'microsoft.graph.refreshDeviceComplianceReportSummarization', property: () => undefined },
  name: 'refreshDeviceComplianceReportSummarization',
  of: 'intune',
};

/** Figures are never out of date here, so there is nothing to do. @throws GraphFault 400: a parameter */
function refresh({ request }: Call): GraphResponse {
  readFields(readBody(request), {}, nothing);
  return noContent(request);
}
