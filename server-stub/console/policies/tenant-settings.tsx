/** What a tenant sets for all its policies, and when devices that are not heard of are removed. */
import { useState } from 'preact/hooks';
import { get, graph, patch } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { Card, Field, Loading, Trouble } from '../ui/parts.tsx';
import { attempt } from '../ui/toast.tsx';

interface Settings {
  deviceComplianceCheckinThresholdDays: number;
  isScheduledActionEnabled: boolean;
  secureByDefault: boolean;
}

const path = graph('deviceManagement', { $select: 'settings' });

export function TenantSettings() {
  const { data, error, reload } = useRemote(path, (stop) => get<{ settings: Settings }>(path, { signal: stop }), ['tenant']);
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  const { deviceComplianceCheckinThresholdDays: days, isScheduledActionEnabled, secureByDefault } = data.settings;
  // What somebody else has changed is what is shown.
  return <Form key={`${days} ${isScheduledActionEnabled} ${secureByDefault}`} settings={data.settings} />;
}

function Form({ settings }: { settings: Settings }) {
  const [draft, setDraft] = useState(settings);
  const set = (change: Partial<Settings>) => setDraft((old) => ({ ...old, ...change }));
  const save = () => {
    const { deviceComplianceCheckinThresholdDays, isScheduledActionEnabled, secureByDefault } = draft;
    const body = { settings: { deviceComplianceCheckinThresholdDays, isScheduledActionEnabled, secureByDefault } };
    void attempt(() => patch(graph('deviceManagement'), body), 'The settings are saved.');
  };
  return (
    <Card title="Compliance policy settings">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label="Devices without a compliance policy count as" hint="secureByDefault">
          <select
            value={draft.secureByDefault ? 'noncompliant' : 'compliant'}
            onChange={(event) => set({ secureByDefault: event.currentTarget.value === 'noncompliant' })}
          >
            <option value="compliant">Compliant</option>
            <option value="noncompliant">Not compliant</option>
          </select>
        </Field>
        <Field label="Compliance status is valid for (days)" hint="Without a check-in for longer a device counts as noncompliant: 1 to 120">
          <input
            type="number"
            min={1}
            max={120}
            required
            value={draft.deviceComplianceCheckinThresholdDays}
            onInput={(event) => set({ deviceComplianceCheckinThresholdDays: event.currentTarget.valueAsNumber })}
          />
        </Field>
        <label class="tickbox">
          <input
            type="checkbox"
            checked={draft.isScheduledActionEnabled}
            onChange={(event) => set({ isScheduledActionEnabled: event.currentTarget.checked })}
          />
          Actions for noncompliance are carried out; off, devices are only marked
        </label>
        <div>
          <button type="submit" class="primary">
            Save
          </button>
        </div>
      </form>
    </Card>
  );
}
