/** What policies ask about a device, made otherwise: its version, its passcode, and the traits of its platform. */
import { useState } from 'preact/hooks';
import { traits, traitsOf, traitText } from './device-tables.ts';
import { hasWorkProfile, type TraitValue } from './device-view.ts';
import type { ShownDevice } from './held-device.ts';
import { Choice, Setter, Switch } from './holder-controls.tsx';

const versionMax = 256;
const passcodeMax = 64;

export function CompliancePanel({ device: { view, change } }: { device: ShownDevice }) {
  const { platform, osVersion, condition } = view;
  const set = (values: Record<string, unknown>, done: string) => change({ change: values }, done);
  const brokenIn = platform === 'android' ? 'Rooted' : 'Jailbroken';
  const [hasPasscode, hasProfilePasscode] = [condition?.passcode ?? false, condition?.workProfilePasscode ?? false];
  return (
    <div class="controls">
      <Setter
        label={`Version, now ${osVersion}`}
        button="Set"
        placeholder={osVersion}
        maxLength={versionMax}
        onSet={(version) => set({ osVersion: version }, `Its version is ${version}.`)}
      />
      <Setter
        label={`Passcode, ${hasPasscode ? 'set' : 'none'}`}
        type="password"
        button="Set"
        maxLength={passcodeMax}
        onSet={(passcode) => set({ passcode }, 'Its passcode is set.')}
        {...(hasPasscode ? { clear: { label: 'Remove', onClear: () => void set({ passcode: null }, 'Its passcode is removed.') } } : {})}
      />
      {hasWorkProfile(view) ? (
        <Setter
          label={`Passcode of the work profile, ${hasProfilePasscode ? 'set' : 'none'}`}
          type="password"
          button="Set"
          maxLength={passcodeMax}
          onSet={(workProfilePasscode) => set({ workProfilePasscode }, 'The passcode of its work profile is set.')}
          {...(hasProfilePasscode
            ? {
                clear: {
                  label: 'Remove',
                  onClear: () => void set({ workProfilePasscode: null }, 'The passcode of its work profile is removed.'),
                },
              }
            : {})}
        />
      ) : null}
      <Switch
        label={brokenIn}
        on={condition?.jailBroken ?? false}
        onChange={(jailBroken) =>
          set({ jailBroken }, jailBroken ? `It is ${brokenIn.toLowerCase()} now.` : `It is no longer ${brokenIn.toLowerCase()}.`)
        }
      />
      <Switch
        label="Encrypted"
        on={condition?.encrypted ?? true}
        onChange={(encrypted) => set({ encrypted }, encrypted ? 'It is encrypted.' : 'It is no longer encrypted.')}
      />
      <TraitForm
        key={platform}
        names={traitsOf[platform]}
        now={condition?.security ?? {}}
        onSet={(security, done) => set({ security }, done)}
      />
    </div>
  );
}

interface TraitFormProps {
  /** Those of its platform. */
  names: readonly string[];
  /** What differs from a good device. */
  now: Readonly<Record<string, TraitValue>>;
  onSet: (security: Record<string, TraitValue | null>, done: string) => Promise<boolean>;
}

function TraitForm({ names, now, onSet }: TraitFormProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const trait = chosen === null ? undefined : traits[chosen];
  const different = Object.entries(now);
  return (
    <>
      <Choice
        label="Something else of it"
        value={chosen}
        options={names.map((name) => [name, traits[name]?.label ?? name])}
        onChange={(name) => setChosen(name)}
      />
      {chosen === null || trait === undefined ? null : (
        <TraitControl
          key={chosen}
          name={chosen}
          value={now[chosen]}
          onSet={(value) => onSet({ [chosen]: value }, `${traitText(chosen, value)}.`)}
        />
      )}
      {different.length === 0 ? null : (
        <ul class="different" aria-label="Different from a good device">
          {different.map(([name, value]) => (
            <li key={name}>
              <span>{traitText(name, value)}</span>
              <button
                type="button"
                aria-label={`Mend: ${traits[name]?.label ?? name}`}
                onClick={() => void onSet({ [name]: null }, `${traits[name]?.label ?? name}: as a good device has it.`)}
              >
                Mend
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function TraitControl({
  name,
  value,
  onSet,
}: {
  name: string;
  value: TraitValue | undefined;
  onSet: (value: TraitValue) => Promise<boolean>;
}) {
  const { label, good, choices, max, example } = traits[name] ?? { label: name };
  if (good !== undefined) return <Switch label={label} on={(value ?? good) === true} onChange={(on) => void onSet(on)} />;
  if (choices !== undefined) {
    const current = typeof value === 'string' ? value : null;
    return <Choice label={label} value={current} options={choices.map((one) => [one, one])} onChange={(one) => void onSet(one)} />;
  }
  const isNumber = max !== undefined;
  return (
    <Setter
      label={value === undefined ? label : `${label}, now ${value}`}
      button="Set"
      type={isNumber ? 'number' : 'text'}
      maxLength={versionMax}
      {...(example === undefined ? {} : { placeholder: example })}
      {...(max === undefined ? {} : { max })}
      onSet={(text) => onSet(isNumber ? Number(text) : text)}
    />
  );
}
