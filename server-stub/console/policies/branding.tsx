/** What Company Portal and mails look like: name, contact and logo of the company. */
import { useState } from 'preact/hooks';
import { get, graph, patch } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { Card, Field, Loading, Trouble } from '../ui/parts.tsx';
import { attempt, say } from '../ui/toast.tsx';

interface Picture {
  type: string;
  value: string;
}

export interface Brand {
  displayName: string | null;
  contactITName: string | null;
  contactITPhoneNumber: string | null;
  contactITEmailAddress: string | null;
  contactITNotes: string | null;
  onlineSupportSiteName: string | null;
  onlineSupportSiteUrl: string | null;
  privacyUrl: string | null;
  lightBackgroundLogo: Picture | null;
  darkBackgroundLogo: Picture | null;
  showLogo: boolean;
}

/** How long each may be. */
const lines = [
  ['displayName', 'Company name', 40],
  ['contactITName', 'Contact: name', 40],
  ['contactITPhoneNumber', 'Contact: phone', 20],
  ['contactITEmailAddress', 'Contact: e-mail', 40],
  ['contactITNotes', 'Contact: notes', 120],
  ['onlineSupportSiteName', 'Support site: name', 40],
  ['onlineSupportSiteUrl', 'Support site: address', 150],
  ['privacyUrl', 'Privacy statement: address', 79],
] as const;

const logoBytesMax = 750 * 1024;
const path = graph('deviceManagement', { $select: 'intuneBrand' });

export function Branding() {
  const { data, error, reload } = useRemote(path, (stop) => get<{ intuneBrand: Brand }>(path, { signal: stop }), ['tenant']);
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  return <Form brand={data.intuneBrand} />;
}

function Form({ brand }: { brand: Brand }) {
  // What is typed lasts, whatever changes meanwhile.
  const [change, setChange] = useState<Partial<Brand>>({});
  const now = { ...brand, ...change };
  const set = (one: Partial<Brand>) => setChange((old) => ({ ...old, ...one }));
  const save = async () => {
    if (await attempt(() => patch(graph('deviceManagement'), { intuneBrand: change }), 'The branding is saved.')) setChange({});
  };
  const upload = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > logoBytesMax) return say(`A logo has at most ${logoBytesMax / 1024} kB; ${file.name} is larger.`, 'refused');
    set({ lightBackgroundLogo: { type: file.type, value: await base64Of(file) } });
  };
  return (
    <form
      class="cards"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Card title="Company">
        <div class="stack">
          {lines.map(([name, label, max]) => (
            <Field key={name} label={label}>
              <input
                maxLength={max}
                value={now[name] ?? ''}
                onInput={({ currentTarget: { value } }) => set({ [name]: value === '' ? null : value })}
              />
            </Field>
          ))}
          <div>
            <button type="submit" class="primary" disabled={Object.keys(change).length === 0}>
              Save
            </button>
          </div>
        </div>
      </Card>
      <Card title="Logo">
        <div class="stack">
          {now.lightBackgroundLogo === null ? (
            <p class="quiet">None yet. PNG, JPEG, GIF or BMP, at most 750 kB.</p>
          ) : (
            <img
              class="brand-logo"
              src={`data:${now.lightBackgroundLogo.type};base64,${now.lightBackgroundLogo.value}`}
              alt={now.displayName ?? 'Company logo'}
            />
          )}
          <Field label="Choose a picture">
            <input
              type="file"
              accept="image/png,image/jpeg,image/gif,image/bmp"
              onChange={(event) => void upload(event.currentTarget.files?.[0])}
            />
          </Field>
          {now.lightBackgroundLogo === null ? null : (
            <div>
              <button type="button" onClick={() => set({ lightBackgroundLogo: null })}>
                Without a logo
              </button>
            </div>
          )}
          <label class="tickbox">
            <input type="checkbox" checked={now.showLogo} onChange={(event) => set({ showLogo: event.currentTarget.checked })} />
            Company Portal shows it
          </label>
        </div>
      </Card>
    </form>
  );
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',', 2)[1] ?? '');
    reader.onerror = () => reject(new Error(`${file.name} cannot be read.`));
    reader.readAsDataURL(file);
  });
}
