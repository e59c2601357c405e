/** What each policy makes of a device, setting by setting: what is broken comes first. */
import { get, type Page } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { href } from '../router.ts';
import { Card, Empty, Loading, Trouble } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';
import { deviceUrl, inWords, type ManagedDevice } from './device.ts';
import { StateBadge } from './device-parts.tsx';

interface PolicyState {
  id: string;
  displayName: string;
  state: string;
  settingStates: { setting: string; settingName: string; state: string; errorDescription: string | null }[];
}

/** That of the service itself has no page. */
const ownPolicy = 'Default Device Compliance Policy';

const rank = (state: string) => ['error', 'conflict', 'nonCompliant', 'noncompliant', 'inGracePeriod', 'unknown'].indexOf(state) + 1 || 99;
const normal = (state: string) => (state === 'nonCompliant' ? 'noncompliant' : state);

export function ComplianceTab({ device }: { device: ManagedDevice }) {
  const url = deviceUrl(device.id, 'deviceCompliancePolicyStates');
  const { data, error, reload } = useRemote(url, (stop) => get<Page<PolicyState>>(url, { signal: stop }), ['devices', 'tenant']);
  if (error !== undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  const isInGrace = !device.complianceGracePeriodExpirationDateTime.startsWith('9999');
  const isListed = !device.retireAfterDateTime.startsWith('0001');
  return (
    <div class="stack">
      {isInGrace ? (
        <p class="state-note">
          Its grace period ends <Instant at={device.complianceGracePeriodExpirationDateTime} />.
        </p>
      ) : null}
      {isListed ? (
        <p class="state-note">
          On the list of devices to retire since <Instant at={device.retireAfterDateTime} />: an administrator decides.
        </p>
      ) : null}
      {data.value.length === 0 ? <Empty>No policy reaches this device.</Empty> : null}
      <div class="cards">
        {[...data.value]
          .sort((a, b) => rank(a.state) - rank(b.state))
          .map((policy) => (
            <Card key={policy.id} title={policy.displayName} actions={<StateBadge of="compliance" state={normal(policy.state)} />}>
              <ul class="settings">
                {[...policy.settingStates]
                  .sort((a, b) => rank(a.state) - rank(b.state))
                  .map(({ setting, settingName, state, errorDescription }) => (
                    <li key={setting}>
                      <span>
                        {inWords(settingName)}
                        {errorDescription === null ? null : <small class="quiet"> {errorDescription}</small>}
                      </span>
                      <StateBadge of="compliance" state={normal(state)} />
                    </li>
                  ))}
              </ul>
              {policy.displayName === ownPolicy ? null : <a href={href(['policies', policy.id])}>Open the policy</a>}
            </Card>
          ))}
      </div>
    </div>
  );
}
