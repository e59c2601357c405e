/** What a device is. */
import { useState } from 'preact/hooks';
import { get, patch } from '../api.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Badge, Card, Facts, Field } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';
import { attempt } from '../ui/toast.tsx';
import { deviceUrl, type HeldDevice, inWords, type ManagedDevice } from './device.ts';
import { CertificateBar, Secret } from './device-parts.tsx';

const agents: Readonly<Record<string, string>> = {
  mdm: 'MDM',
  googleCloudDevicePolicyController: 'Android Device Policy',
  jamf: 'Jamf, which reports it',
};

const yesNo = (value: boolean) => (value ? 'Yes' : 'No');
const isApple = ({ operatingSystem }: ManagedDevice) => /^(iOS|iPadOS|macOS)$/.test(operatingSystem);

export function OverviewTab({ device, held, onChange }: { device: ManagedDevice; held: HeldDevice | null; onChange: () => void }) {
  const [isEditing, setEditing] = useState(false);
  return (
    <div class="cards">
      <Card title="Check-ins and certificate">
        <div class="stack">
          <CertificateBar at={device.managementCertificateExpirationDate} />
          <Facts
            rows={[
              ['Certificate ends', <Instant key="ends" at={device.managementCertificateExpirationDate} />],
              ['Last check-in', <Instant key="sync" at={device.lastSyncDateTime} />],
              ['Enrolled', <Instant key="enrolled" at={device.enrolledDateTime} />],
              ['Enrollment', inWords(device.deviceEnrollmentType)],
              ['Managed by', agents[device.managementAgent] ?? inWords(device.managementAgent)],
            ]}
          />
        </div>
      </Card>
      <Card title="Hardware">
        <Facts
          rows={[
            ['Manufacturer', device.manufacturer],
            ['Model', device.model],
            [
              'Serial number',
              <span key="serial" class="mono">
                {device.serialNumber}
              </span>,
            ],
            ['System', `${device.operatingSystem} ${device.osVersion}`],
            ...(device.androidSecurityPatchLevel === '' ? [] : [['Security patch', device.androidSecurityPatchLevel] as const]),
            ['Supervised', yesNo(device.isSupervised)],
          ]}
        />
      </Card>
      <Card title="Security">
        <Facts
          rows={[
            ['Encrypted', yesNo(device.isEncrypted)],
            ['Jailbroken or rooted', jailBreak(device.jailBroken)],
            ['Threat', inWords(device.partnerReportedThreatState)],
            ...(device.lostModeState === 'enabled'
              ? [
                  [
                    'Lost mode',
                    <Badge key="lost" tone="warn">
                      On
                    </Badge>,
                  ] as const,
                ]
              : []),
            ...(isApple(device)
              ? [
                  [
                    'Activation Lock bypass code',
                    <Secret
                      key="code"
                      label="Activation Lock bypass code"
                      none="There is none: it was never asked for, has expired or was used."
                      load={() => bypassCode(device.id)}
                    />,
                  ] as const,
                ]
              : []),
            ...(device.operatingSystem === 'macOS'
              ? [
                  [
                    'FileVault recovery key',
                    <Secret key="key" label="FileVault recovery key" none="There is none." load={() => fileVaultKey(device.id)} />,
                  ] as const,
                ]
              : []),
          ]}
        />
      </Card>
      <Card
        title="Administration"
        actions={
          <button type="button" onClick={() => setEditing(true)}>
            Edit
          </button>
        }
      >
        <Facts
          rows={[
            ['Management name', device.managedDeviceName],
            ['Ownership', device.managedDeviceOwnerType === 'company' ? 'Corporate' : inWords(device.managedDeviceOwnerType)],
            [
              'Notes',
              device.notes === null || device.notes === '' ? (
                <span key="none" class="quiet">
                  —
                </span>
              ) : (
                device.notes
              ),
            ],
            ['Device id', <code key="id">{device.id}</code>],
            ['Entra device id', <code key="entra">{device.azureADDeviceId}</code>],
          ]}
        />
      </Card>
      {held === null ? null : (
        <Card title="The device itself">
          <Facts
            rows={[
              ['Its screen', held.screen.title === '' ? inWords(held.screen.kind.replaceAll('-', ' ')) : held.screen.title],
              ['In its life', inWords(held.phase)],
              ['In a sentence', held.description],
            ]}
          />
        </Card>
      )}
      {isEditing ? <EditDialog device={device} onDone={onChange} onClose={() => setEditing(false)} /> : null}
    </div>
  );
}

function jailBreak(value: string): string {
  return { True: 'Yes', False: 'No' }[value] ?? 'Not evaluated on this kind of device';
}

async function bypassCode(id: string): Promise<string | null> {
  const { activationLockBypassCode } = await get<{ activationLockBypassCode: string | null }>(
    deviceUrl(id, '', { $select: 'activationLockBypassCode' }),
  );
  return activationLockBypassCode;
}

async function fileVaultKey(id: string): Promise<string | null> {
  return (await get<{ value: string | null }>(deviceUrl(id, 'getFileVaultKey'))).value;
}

function EditDialog({ device, onDone, onClose }: { device: ManagedDevice; onDone: () => void; onClose: () => void }) {
  const [name, setName] = useState(device.managedDeviceName);
  const [owner, setOwner] = useState(device.managedDeviceOwnerType);
  const [notes, setNotes] = useState(device.notes ?? '');
  const save = async (event: Event) => {
    event.preventDefault();
    const body = { managedDeviceName: name, managedDeviceOwnerType: owner, notes: notes === '' ? null : notes };
    if (!(await attempt(() => patch(deviceUrl(device.id), body), 'Saved.'))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog
      title="Edit what the tenant says of this device"
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form="edit-device" class="primary">
            Save
          </button>
        </>
      }
    >
      <form id="edit-device" class="stack" onSubmit={save}>
        <Field label="Management name" hint="Of the record alone: the device keeps its own.">
          <input value={name} required maxLength={255} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label="Ownership">
          <select value={owner} onChange={(event) => setOwner(event.currentTarget.value)}>
            <option value="company">Corporate</option>
            <option value="personal">Personal</option>
          </select>
        </Field>
        <Field label="Notes">
          <textarea rows={5} maxLength={4096} value={notes} onInput={(event) => setNotes(event.currentTarget.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
