/** What `$expand` shows of the figures of compliance policies. */
import type { CompliancePolicyRecord } from '../core/policy-records.ts';
import { deviceOverviewOf, policySetting, settingsOf, userOverviewOf } from './compliance-overviews.ts';
import { type PolicyTallies, talliesOf } from './compliance-reach.ts';
import { deviceStatuses, deviceStatusOf, userStatus, userStatuses } from './compliance-statuses.ts';
import type { Call } from './endpoint.ts';
import type { Expansions } from './expand.ts';
import { relationship } from './query.ts';

export function statusRelations(call: Call): Expansions<CompliancePolicyRecord> {
  const { tenant, version, request } = call;
  // A list of policies asks for each; the devices are gone through once.
  let tallies: Map<string, PolicyTallies> | undefined;
  const overview = (policy: CompliancePolicyRecord, of: keyof PolicyTallies) => {
    tallies ??= talliesOf(tenant, [...tenant.directory.entriesAfter('compliancePolicy', null)]);
    const tally = tallies.get(policy.id)?.[of];
    return tally === undefined ? [] : [{ policy, tally, now: request.now }];
  };
  const devices = (policy: CompliancePolicyRecord) => deviceStatuses(call, policy, '');
  const users = (policy: CompliancePolicyRecord) => userStatuses(call, policy, '');
  return {
    deviceStatuses: relationship({
      resource: deviceStatusOf[version],
      of: (policy) => devices(policy).items(null),
      sourceOf: (one) => one,
    }),
    deviceStatusOverview: relationship({
      resource: deviceOverviewOf[version],
      of: (policy) => overview(policy, 'devices'),
      sourceOf: (one) => one,
      single: true,
    }),
    userStatuses: relationship({ resource: userStatus, of: (policy) => users(policy).items(null), sourceOf: (one) => one }),
    userStatusOverview: relationship({
      resource: userOverviewOf[version],
      of: (policy) => overview(policy, 'users'),
      sourceOf: (one) => one,
      single: true,
    }),
    deviceSettingStateSummaries: relationship({
      resource: policySetting,
      of: (policy) => settingsOf(tenant, policy),
      sourceOf: (one) => one,
    }),
  };
}
