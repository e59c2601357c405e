/** The app Company Portal: this device, its user's other ones, the apps that may be installed, Sync. */
import { get, graph, type Page, quoted } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { instantText } from '../ui/time.tsx';
import { systemText } from './device-view.ts';
import { AppIcon } from './icons.tsx';
import { screenText } from './screen-lines.ts';
import { Buttons, Notice, Notifications, Paragraphs, Press, usePressing } from './screen-parts.tsx';

const installPrefix = 'install-';

export function CompanyPortal() {
  const { view } = usePressing();
  const { screen, apps } = view;
  const { notifications, rest } = screenText(view);
  const dismissed = new Set(notifications.map(({ dismiss }) => dismiss));
  const offered = screen.buttons.filter(({ name }) => name.startsWith(installPrefix));
  const managed = apps.filter(({ source }) => source !== 'user');
  const isElsewhere = (name: string) => name === 'home' || name === 'sync' || name.startsWith(installPrefix) || dismissed.has(name);
  return (
    <div class="layout app portal">
      <header>
        <h3>{screen.title}</h3>
        <Press name="home" />
      </header>
      <section>
        <h4>This device</h4>
        <Paragraphs lines={rest.filter((line) => !line.startsWith('Available: '))} />
        <small>
          {systemText(view)}, last sync {view.lastCheckInAt === null ? 'never' : instantText(new Date(view.lastCheckInAt).toISOString())}
        </small>
        <Press name="sync" isMain />
        <Notice />
      </section>
      <Notifications list={notifications} />
      <section>
        <h4>Apps</h4>
        {offered.length + managed.length === 0 ? <small>Your organization offers no apps.</small> : null}
        <ul class="offered">
          {offered.map(({ name, label }) => (
            <li key={name}>
              <AppIcon name={label.replace(/^Install /, '')} />
              <span>{label.replace(/^Install /, '')}</span>
              <Press name={name} text="Install" />
            </li>
          ))}
          {managed.map(({ id, name }) => (
            <li key={id}>
              <AppIcon name={name} />
              <span>{name}</span>
              <small>installed</small>
            </li>
          ))}
        </ul>
      </section>
      <OwnDevices />
      <Buttons not={isElsewhere} isPlain />
    </div>
  );
}

interface OwnDevice {
  id: string;
  deviceName: string;
  complianceState: string;
}

const ownMax = 10;

const complianceWords: Readonly<Record<string, string>> = {
  compliant: 'can access company resources',
  inGracePeriod: 'needs attention soon',
  noncompliant: 'needs attention',
};

/** What the service tells this app about its user's devices. */
function OwnDevices() {
  const { userPrincipalName, deviceId, network } = usePressing().view;
  const isAsked = network && userPrincipalName !== '';
  const path = graph('deviceManagement/managedDevices', {
    $filter: `userPrincipalName eq ${quoted(userPrincipalName)}`,
    $select: 'id,deviceName,complianceState',
    $top: ownMax,
  });
  const { data } = useRemote<Page<OwnDevice>>(
    `own ${isAsked} ${userPrincipalName}`,
    isAsked ? (stop) => get<Page<OwnDevice>>(path, { signal: stop }) : undefined,
    ['devices'],
  );
  if (userPrincipalName === '') return null;
  return (
    <section>
      <h4>My devices</h4>
      {network ? null : <small>There is no connection.</small>}
      <ul class="own">
        {data?.value.map(({ id, deviceName, complianceState }) => (
          <li key={id}>
            <span>
              {deviceName}
              {id === deviceId ? ' (this device)' : ''}
            </span>
            <small>{complianceWords[complianceState] ?? 'not checked yet'}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
