/** A policy is made, or changed: what it asks, what is done about those who break it, and to whom it is assigned. */
import { useState } from 'preact/hooks';
import { graph, patch, post } from '../api.ts';
import { go, href } from '../router.ts';
import { Card, Field, PageHead } from '../ui/parts.tsx';
import { attempt } from '../ui/toast.tsx';
import { ActionsEditor, marksAtOnce } from './noncompliance-actions.tsx';
import { type ActionItem, actionsOf, type Policy, policiesPath, type Target, targetsOf, typeOf } from './policy-shapes.ts';
import { SettingFields, type SettingValues } from './setting-fields.tsx';
import { policyTypes } from './setting-forms.ts';
import { TargetsEditor } from './targets.tsx';

interface Draft {
  displayName: string;
  description: string;
  values: SettingValues;
  actions: ActionItem[];
  targets: Target[];
}

const emptyDraft: Draft = { displayName: '', description: '', values: {}, actions: [marksAtOnce], targets: [] };

const draftOf = (policy: Policy): Draft => ({
  displayName: policy.displayName,
  description: policy.description ?? '',
  values: Object.fromEntries(Object.keys(policyTypes[typeOf(policy)]?.settings ?? {}).map((name) => [name, policy[name]])),
  actions: actionsOf(policy),
  targets: targetsOf(policy),
});

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Which type it is to be; the form follows. */
export function NewPolicy({ type }: { type: string | null }) {
  if (type !== null && Object.hasOwn(policyTypes, type)) return <PolicyForm key={type} type={type} />;
  return (
    <>
      <PageHead title="New policy" sub="For which devices?" />
      <ul class="choices">
        {Object.entries(policyTypes).map(([name, { title, reachesNobody }]) => (
          <li key={name}>
            <a href={href(['policies', 'new'], { type: name })}>{title}</a>
            {reachesNobody === true ? <span class="quiet"> – no device here has it: such a policy is kept, and reaches nobody</span> : null}
          </li>
        ))}
      </ul>
    </>
  );
}

/** @param policy absent: a new one */
export function PolicyForm({ type, policy }: { type: string; policy?: Policy }) {
  const [start] = useState(() => (policy === undefined ? emptyDraft : draftOf(policy)));
  const [draft, setDraft] = useState(start);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  const { title, settings } = policyTypes[type] ?? { title: type, settings: {} };

  const save = async () => {
    setBusy(true);
    let id = policy?.id;
    const done = await attempt(
      async () => {
        if (policy === undefined) id = await create(type, draft);
        else await update(policy, start, draft);
      },
      policy === undefined ? `The policy ${draft.displayName} is there.` : 'The policy is changed.',
    );
    setBusy(false);
    if (done && id !== undefined) go(['policies', id]);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <PageHead title={policy === undefined ? 'New policy' : `Edit ${start.displayName}`} sub={title}>
        <a class="button" href={href(policy === undefined ? ['policies'] : ['policies', policy.id])}>
          Cancel
        </a>
        <button type="submit" class="primary" disabled={busy}>
          {policy === undefined ? 'Create' : 'Save'}
        </button>
      </PageHead>
      <Card title="Policy">
        <div class="stack">
          <Field label="Name">
            <input
              required
              maxLength={256}
              value={draft.displayName}
              onInput={(event) => set({ displayName: event.currentTarget.value })}
            />
          </Field>
          <Field label="Description">
            <textarea
              rows={2}
              maxLength={1024}
              value={draft.description}
              onInput={(event) => set({ description: event.currentTarget.value })}
            />
          </Field>
        </div>
      </Card>
      <Card title="Settings">
        <SettingFields
          settings={settings}
          values={draft.values}
          onChange={(name, value) => setDraft((old) => ({ ...old, values: { ...old.values, [name]: value } }))}
        />
      </Card>
      <div class="cards">
        <Card title="Actions for noncompliance">
          <ActionsEditor actions={draft.actions} onChange={(actions) => set({ actions })} />
        </Card>
        <Card title="Assignments">
          <TargetsEditor targets={draft.targets} onChange={(targets) => set({ targets })} />
        </Card>
      </div>
    </form>
  );
}

const ruleOf = (actions: readonly ActionItem[]) => [
  { ruleName: null, scheduledActionConfigurations: actions.map(({ id: _, ...action }) => action) },
];

/** @returns its id */
async function create(type: string, { displayName, description, values, actions, targets }: Draft): Promise<string> {
  const { id } = await post<Policy>(graph(policiesPath), {
    '@odata.type': `#microsoft.graph.${type}`,
    displayName,
    description: description === '' ? null : description,
    ...values,
    scheduledActionsForRule: ruleOf(actions),
    assignments: targets.map((target) => ({ target })),
  });
  return id;
}

/** Only what was changed: three requests that each replace something whole. */
async function update(policy: Policy, before: Draft, next: Draft): Promise<void> {
  const path = `${policiesPath}/${policy.id}`;
  const changed = Object.entries(next.values).filter(([name, value]) => !isSame(value, before.values[name]));
  const { displayName, description } = next;
  if (changed.length > 0 || displayName !== before.displayName || description !== before.description) {
    await patch(graph(path), {
      '@odata.type': policy['@odata.type'],
      displayName,
      description: description === '' ? null : description,
      ...Object.fromEntries(changed),
    });
  }
  if (!isSame(next.actions, before.actions)) {
    await post(graph(`${path}/scheduleActionsForRules`), { deviceComplianceScheduledActionForRules: ruleOf(next.actions) });
  }
  if (!isSame(next.targets, before.targets)) {
    await post(graph(`${path}/assign`), { assignments: next.targets.map((target) => ({ target })) });
  }
}
