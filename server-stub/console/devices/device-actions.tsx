/** What an administrator can do to a device; what cannot be done stands there with its reason. */
import { useRef, useState } from 'preact/hooks';
import { get, post, remove } from '../api.ts';
import { showInDock } from '../dock/dock.tsx';
import { useRemote } from '../live/use-remote.ts';
import { go, route } from '../router.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Loading } from '../ui/parts.tsx';
import { attempt } from '../ui/toast.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { actionForms, parametersFor } from './action-forms.ts';
import { deviceUrl, type HeldDevice, heldUrl, type ManagedDevice, shortened } from './device.ts';
import { once } from './device-parts.tsx';

interface Available {
  name: string;
  title: string;
  about: string;
  available: boolean;
  reason: string | null;
}

/** Buttons of their own, in this order; the others are behind "All actions". */
const usual = ['syncDevice', 'remoteLock', 'resetPasscode', 'rebootNow', 'retire', 'wipe', 'delete'];
/** Beside them, where it can be done: nobody misses it elsewhere. */
const special = 'bypassActivationLock';

export function DeviceActions({ device, held }: { device: ManagedDevice; held: HeldDevice | null }) {
  const url = heldUrl(device.id, 'actions');
  const { data: actions } = useRemote(url, (stop) => get<Available[]>(url, { signal: stop }), ['devices', 'tenant']);
  const [asked, setAsked] = useState<Available | null>(null);
  const [isListed, setListed] = useState(false);
  const sending = useRef(false);

  const send = async ({ name, title }: Available, body: Record<string, unknown>): Promise<boolean> => {
    if (sending.current) return false;
    sending.current = true;
    const shownName = shortened(device.deviceName);
    const isDone =
      name === 'delete'
        ? await attempt(() => remove(deviceUrl(device.id)), `The record of ${shownName} is deleted.`)
        : await attempt(() => post(deviceUrl(device.id, name), body), `${title}: accepted for ${shownName}.`);
    sending.current = false;
    // Whoever has gone elsewhere meanwhile stays there.
    if (isDone && name === 'delete' && route.value.path[1] === device.id) go(['devices']);
    return isDone;
  };
  const choose = (action: Available) => {
    if (!action.available) return;
    setListed(false);
    if (actionForms[action.name] === undefined) void send(action, {});
    else setAsked(action);
  };

  const shown = [...usual, special].flatMap(
    (name) => actions?.find((one) => one.name === name && (one.available || name !== special)) ?? [],
  );
  const missing = shown.filter(({ available }) => !available);
  return (
    <div class="device-actions">
      <div class="row">
        {shown.map((action) => (
          <ActionButton key={action.name} action={action} onChoose={choose} describedBy={`why-${action.name}`} />
        ))}
        <button type="button" onClick={() => setListed(true)}>
          All actions …
        </button>
        <button type="button" onClick={() => showInDock(device.serialNumber)}>
          Show its screen
        </button>
      </div>
      {missing.length === 0 ? null : (
        <ul class="reasons">
          {missing.map(({ name, title, reason }) => (
            <li key={name} id={`why-${name}`}>
              {title}: {reason}
            </li>
          ))}
        </ul>
      )}
      {isListed ? (
        <Dialog title="All actions" wide onClose={() => setListed(false)}>
          {actions === undefined ? <Loading /> : <AllActions actions={actions} onChoose={choose} />}
        </Dialog>
      ) : null}
      {asked === null ? null : (
        <ActionDialog
          action={asked.name}
          title={asked.title}
          target={shortened(device.deviceName)}
          loses={actionForms[asked.name]?.loses?.(about(device, held))}
          parameters={parametersFor(asked.name, device.operatingSystem)}
          onSend={(body) => send(asked, body)}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}

/** It can be reached by keyboard where it is greyed out too, so that its reason is read. */
function ActionButton({
  action,
  onChoose,
  describedBy,
}: {
  action: Available;
  onChoose: (action: Available) => void;
  describedBy: string;
}) {
  const { name, title, available } = action;
  return (
    <button
      type="button"
      class={actionForms[name]?.danger === true ? 'danger-text' : undefined}
      aria-disabled={available ? undefined : 'true'}
      aria-describedby={available ? undefined : describedBy}
      onClick={once(() => onChoose(action))}
    >
      {title}
    </button>
  );
}

function AllActions({ actions, onChoose }: { actions: readonly Available[]; onChoose: (action: Available) => void }) {
  const sorted = [...actions].sort((a, b) => Number(b.available) - Number(a.available));
  return (
    <ul class="all-actions">
      {sorted.map((action) => (
        <li key={action.name}>
          <ActionButton action={action} onChoose={onChoose} describedBy={`reason-${action.name}`} />
          <span id={`reason-${action.name}`} class="quiet">
            {action.available ? action.about : action.reason}
          </span>
        </li>
      ))}
    </ul>
  );
}

const corporateAndroid = /^androidEnterprise(FullyManaged|DedicatedDevice|CorporateWorkProfile)$/;

function about({ operatingSystem, deviceEnrollmentType }: ManagedDevice, held: HeldDevice | null) {
  return {
    system: operatingSystem,
    isOnline: held?.network === true && held.power === 'on',
    isCorporateAndroid: corporateAndroid.test(deviceEnrollmentType),
    isMany: false,
  };
}
