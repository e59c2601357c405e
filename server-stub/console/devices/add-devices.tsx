/** Devices that live within the stub, added from here. */
import { useRef, useState } from 'preact/hooks';
import { get, graph, type Page, post } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/parts.tsx';
import { attempt, say } from '../ui/toast.tsx';

/** Ways to be enrolled, the usual one first. */
const enrollments: Readonly<Record<string, readonly (readonly [id: string, label: string])[]>> = {
  ios: [
    ['device', 'Personal, by its user'],
    ['automated', 'Corporate, supervised (automated enrollment)'],
    ['user', 'Personal, User Enrollment'],
  ],
  android: [
    ['personal-work-profile', 'Personal, with a work profile'],
    ['corporate-work-profile', 'Corporate, with a work profile'],
    ['fully-managed', 'Corporate, fully managed'],
    ['dedicated', 'Corporate, dedicated (kiosk)'],
    ['device-administrator', 'Device administrator (old)'],
  ],
  windows: [
    ['joined', 'Corporate, joined to Microsoft Entra ID'],
    ['registered', 'Personal, registered'],
  ],
  macos: [
    ['device', 'Personal, by its user'],
    ['automated', 'Corporate, supervised (automated enrollment)'],
    ['jamf', 'Managed by Jamf, which reports it'],
  ],
};

const platformNames = [
  ['ios', 'iOS and iPadOS'],
  ['android', 'Android'],
  ['windows', 'Windows'],
  ['macos', 'macOS'],
] as const;

interface Person {
  id: string;
  displayName: string;
  userPrincipalName: string;
}

const peopleUrl = graph('users', { $select: 'id,displayName,userPrincipalName', $top: 100 });

export function AddDevices({ onClose }: { onClose: () => void }) {
  const [platform, setPlatform] = useState('ios');
  const [enrollment, setEnrollment] = useState('');
  const [name, setName] = useState('');
  const [user, setUser] = useState('');
  const [count, setCount] = useState('1');
  const [isSending, setSending] = useState(false);
  const sending = useRef(false);
  const people = useRemote(peopleUrl, (stop) => get<Page<Person>>(peopleUrl, { signal: stop }));

  const add = async (event: Event) => {
    event.preventDefault();
    if (sending.current) return;
    sending.current = true;
    setSending(true);
    const wanted = Number(count);
    const isDone = await attempt(async () => {
      await post('/mockfleet/devices', {
        platform,
        ...(enrollment !== '' && { enrollment }),
        ...(name.trim() !== '' && { name: name.trim() }),
        ...(user.trim() !== '' && { user: user.trim() }),
        ...(wanted !== 1 && { count: wanted }),
      });
      say(wanted === 1 ? 'The device is there: it enrolls now.' : `${wanted.toLocaleString('en')} devices are there: they enroll now.`);
    });
    sending.current = false;
    setSending(false);
    if (isDone) onClose();
  };

  return (
    <Dialog
      title="Add devices"
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form="add-devices" class="primary" disabled={isSending}>
            {isSending ? 'Adding …' : 'Add'}
          </button>
        </>
      }
    >
      <form id="add-devices" class="stack" onSubmit={add}>
        <p class="quiet">
          They live within the stub: they enroll, check in, have a screen and a user, and are there again after a restart.
        </p>
        <Field label="Platform">
          <select
            value={platform}
            onChange={(event) => {
              setPlatform(event.currentTarget.value);
              setEnrollment('');
            }}
          >
            {platformNames.map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Enrollment">
          <select value={enrollment} onChange={(event) => setEnrollment(event.currentTarget.value)}>
            {(enrollments[platform] ?? []).map(([id, label], index) => (
              <option key={id} value={index === 0 ? '' : id}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Name" hint="Several get a number behind it; left empty: one by their platform.">
          <input value={name} maxLength={200} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label="User" hint="A person of the directory, or any user principal name.">
          <input list="people" value={user} maxLength={256} autocomplete="off" onInput={(event) => setUser(event.currentTarget.value)} />
        </Field>
        <datalist id="people">
          {people.data?.value.map(({ id, displayName, userPrincipalName }) => (
            <option key={id} value={userPrincipalName} label={displayName} />
          ))}
        </datalist>
        <Field label="How many">
          <input type="number" min={1} max={1000} required value={count} onInput={(event) => setCount(event.currentTarget.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
