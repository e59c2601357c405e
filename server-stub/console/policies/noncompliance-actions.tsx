/** What is done about devices that break a policy, and on which day: shown, and changed. */
import { graph } from '../api.ts';
import { Badge, Field } from '../ui/parts.tsx';
import { useAll } from './lists.ts';
import { Picker } from './picker.tsx';
import { type ActionItem, type Template, templatesPath } from './policy-shapes.ts';
import { useGroupNames } from './targets.tsx';

const titles: Readonly<Record<string, string>> = {
  block: 'Mark noncompliant',
  notification: 'Send e-mail to the user',
  pushNotification: 'Send push notification to the user',
  remoteLock: 'Lock the device',
  retire: 'Add the device to the retire list',
  noAction: 'No action',
};

const dayHours = 24;
const daysMax = 365;

/** What every policy begins with. */
export const marksAtOnce: ActionItem = {
  actionType: 'block',
  gracePeriodHours: 0,
  notificationTemplateId: '',
  notificationMessageCCList: [],
};

function whenText(hours: number): string {
  const days = hours / dayHours;
  return days === 0 ? 'at once' : days === 1 ? 'after 1 day' : `after ${days} days`;
}

const useTemplates = () => useAll<Template>(graph(templatesPath), ['tenant']).data?.value ?? [];

export function Actions({ actions }: { actions: readonly ActionItem[] }) {
  const templates = useTemplates();
  const groupName = useGroupNames(actions.flatMap((action) => action.notificationMessageCCList));
  const inOrder = [...actions].sort((a, b) => a.gracePeriodHours - b.gracePeriodHours);
  return (
    <ol class="plain">
      {inOrder.map(({ id, actionType, gracePeriodHours, notificationTemplateId, notificationMessageCCList: groups }) => (
        <li key={id}>
          <Badge tone={actionType === 'block' ? 'bad' : 'quiet'}>{whenText(gracePeriodHours)}</Badge> {titles[actionType] ?? actionType}
          {actionType !== 'notification' ? null : (
            <span class="quiet name">
              : {templates.find((one) => one.id === notificationTemplateId)?.displayName ?? notificationTemplateId}
              {groups.length === 0 ? '' : `, with a copy to ${groups.map(groupName).join(', ')}`}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

export function ActionsEditor({ actions, onChange }: { actions: readonly ActionItem[]; onChange: (actions: ActionItem[]) => void }) {
  const templates = useTemplates();
  const set = (index: number, change: Partial<ActionItem>) =>
    onChange(actions.map((action, at) => (at === index ? { ...action, ...change } : action)));
  const add = (actionType: string) => {
    const [template] = templates;
    const notificationTemplateId = actionType === 'notification' ? (template?.id ?? '') : '';
    onChange([...actions, { ...marksAtOnce, actionType, notificationTemplateId }]);
  };
  return (
    <div class="stack">
      <ol class="plain">
        {actions.map((action, index) => (
          <li key={index} class="action-row">
            <strong>{titles[action.actionType] ?? action.actionType}</strong>
            <Field label="Days after noncompliance">
              <input
                type="number"
                min={0}
                max={daysMax}
                value={action.gracePeriodHours / dayHours}
                onInput={(event) => set(index, { gracePeriodHours: Math.round(event.currentTarget.valueAsNumber || 0) * dayHours })}
              />
            </Field>
            {action.actionType !== 'notification' ? null : (
              <EmailFields action={action} templates={templates} onChange={(change) => set(index, change)} />
            )}
            {action.actionType === 'block' ? null : (
              <button
                type="button"
                aria-label={`Remove: ${titles[action.actionType]}`}
                onClick={() => onChange(actions.filter((_, at) => at !== index))}
              >
                Remove
              </button>
            )}
          </li>
        ))}
      </ol>
      <Field label="Add an action">
        <select value="" onChange={(event) => event.currentTarget.value !== '' && add(event.currentTarget.value)}>
          <option value="">Choose …</option>
          {Object.entries(titles).map(([type, title]) =>
            type === 'block' || (type === 'notification' && templates.length === 0) ? null : (
              <option key={type} value={type}>
                {title}
              </option>
            ),
          )}
        </select>
      </Field>
      {templates.length === 0 ? <p class="quiet">E-mails need a template: make one under Templates.</p> : null}
    </div>
  );
}

interface EmailFieldsProps {
  action: ActionItem;
  templates: readonly Template[];
  onChange: (change: Partial<ActionItem>) => void;
}

function EmailFields({ action, templates, onChange }: EmailFieldsProps) {
  const groups = action.notificationMessageCCList;
  const groupName = useGroupNames(groups);
  return (
    <>
      <Field label="Template">
        <select value={action.notificationTemplateId} onChange={(event) => onChange({ notificationTemplateId: event.currentTarget.value })}>
          {templates.map(({ id, displayName }) => (
            <option key={id} value={id}>
              {displayName}
            </option>
          ))}
        </select>
      </Field>
      <details>
        <summary>Copies to groups: {groups.length === 0 ? 'none' : groups.map(groupName).join(', ')}</summary>
        {groups.map((id) => (
          <button key={id} type="button" onClick={() => onChange({ notificationMessageCCList: groups.filter((one) => one !== id) })}>
            No copy to {groupName(id)}
          </button>
        ))}
        <Picker
          label="Groups that get a copy"
          kind="groups"
          taken={groups}
          onPick={({ id }) => onChange({ notificationMessageCCList: [...groups, id] })}
        />
      </details>
    </>
  );
}
