/** Around a device's screen: what its user does beside it, and what happens to the device. */
import { Card } from '../ui/parts.tsx';
import { CompliancePanel } from './compliance-panel.tsx';
import { takesNotifications } from './device-view.ts';
import { HabitsPanel } from './habits-panel.tsx';
import type { ShownDevice } from './held-device.ts';
import { Choice, Setter, Switch } from './holder-controls.tsx';
import { PowerAndNetwork } from './power-and-network.tsx';

export function HolderPanel({ device }: { device: ShownDevice }) {
  return (
    <>
      <Card title="Power and network">
        <PowerAndNetwork device={device} />
      </Card>
      <Card title="Break its compliance">
        <CompliancePanel device={device} />
      </Card>
      <Card title="What its user does">
        <UserPanel device={device} />
      </Card>
      <Card title="Habits">
        <HabitsPanel device={device} />
      </Card>
    </>
  );
}

const permissions = [
  ['allowed', 'allowed'],
  ['denied', 'not allowed'],
  ['not-asked', 'not asked yet'],
] as const;

const lockScreens = [
  ['shown', 'shown'],
  ['content-hidden', 'shown without their content'],
  ['hidden', 'not shown'],
] as const;

const appNameMax = 64;

function UserPanel({ device: { view, change } }: { device: ShownDevice }) {
  const { platform, condition } = view;
  const set = (values: Record<string, unknown>, done: string) => change({ change: values }, done);
  return (
    <div class="controls">
      {platform === 'ios' || platform === 'macos' ? (
        <Switch
          label="Find My"
          hint="with it Activation Lock, where the tenant allows it"
          on={condition?.findMy ?? false}
          onChange={(findMy) => set({ findMy }, findMy ? 'Find My is on.' : 'Find My is off.')}
        />
      ) : null}
      <Setter
        label="Installs an app"
        button="Install"
        placeholder="Chess"
        maxLength={appNameMax}
        onSet={(installs) => set({ installs }, `${installs} is installed.`)}
      />
      {takesNotifications(view) ? (
        <>
          <Switch
            label="Company Portal is installed"
            on={view.companyPortal}
            onChange={(companyPortal) =>
              set({ companyPortal }, companyPortal ? 'Company Portal is installed.' : 'Company Portal is removed.')
            }
          />
          <Choice
            label="Notifications of Company Portal"
            value={view.notificationsAllowed}
            options={permissions}
            onChange={(notificationsAllowed) => set({ notificationsAllowed }, 'The permission is changed.')}
          />
          <Choice
            label="On the lock screen"
            value={view.lockScreenNotifications}
            options={lockScreens}
            onChange={(lockScreenNotifications) => set({ lockScreenNotifications }, 'The lock screen is set.')}
          />
        </>
      ) : null}
      {platform === 'android' ? (
        <Setter
          label={`App that reads notifications${condition?.notificationReader == null ? '' : `: ${condition.notificationReader}`}`}
          button="Let it"
          placeholder="Diary"
          maxLength={appNameMax}
          onSet={(notificationReader) => set({ notificationReader }, `${notificationReader} reads the notifications of others.`)}
          clear={{ label: 'None', onClear: () => void set({ notificationReader: null }, 'No app reads them.') }}
        />
      ) : null}
    </div>
  );
}
