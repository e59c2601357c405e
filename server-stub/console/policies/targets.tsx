/** To whom a policy is assigned: shown, and changed. */
import { graph, post } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { Badge } from '../ui/parts.tsx';
import { nameOf } from './lists.ts';
import { Picker } from './picker.tsx';
import type { DirectoryObject, Target } from './policy-shapes.ts';

const kinds = {
  allUsers: '#microsoft.graph.allLicensedUsersAssignmentTarget',
  allDevices: '#microsoft.graph.allDevicesAssignmentTarget',
  group: '#microsoft.graph.groupAssignmentTarget',
  exclusion: '#microsoft.graph.exclusionGroupAssignmentTarget',
} as const;

const isOf = (target: Target, kind: keyof typeof kinds) => target['@odata.type'] === kinds[kind];

const idsMax = 1000;

/** Names of groups by their ids; an id stands for itself until its name is known, or when its group is gone. */
export function useGroupNames(ids: readonly string[]): (id: string) => string {
  const wanted = [...new Set(ids)].sort().slice(0, idsMax);
  const load = () => post<{ value: DirectoryObject[] }>(graph('directoryObjects/getByIds'), { ids: wanted, types: ['group'] });
  const { data } = useRemote(wanted.join(), wanted.length === 0 ? undefined : load, ['tenant']);
  const names = new Map(data?.value.map((group) => [group.id, nameOf(group)]));
  return (id) => names.get(id) ?? id;
}

export function targetText(target: Target, groupName: (id: string) => string): string {
  if (isOf(target, 'allUsers')) return 'All users';
  if (isOf(target, 'allDevices')) return 'All devices';
  return groupName(target.groupId ?? '');
}

export const groupIdsOf = (targets: readonly Target[]): string[] => targets.flatMap(({ groupId }) => groupId ?? []);

export function Targets({ targets }: { targets: readonly Target[] }) {
  const groupName = useGroupNames(groupIdsOf(targets));
  if (targets.length === 0) return <p class="quiet">Assigned to nobody: it reaches no device. Edit the policy to assign it.</p>;
  return (
    <ul class="plain">
      {targets.map((target) => (
        <li key={`${target['@odata.type']} ${target.groupId}`}>
          {isOf(target, 'exclusion') ? <Badge tone="warn">Excluded</Badge> : <Badge tone="info">Included</Badge>}{' '}
          <span class="name">{targetText(target, groupName)}</span>
        </li>
      ))}
    </ul>
  );
}

export function TargetsEditor({ targets, onChange }: { targets: readonly Target[]; onChange: (targets: Target[]) => void }) {
  const groupName = useGroupNames(groupIdsOf(targets));
  const without = (gone: Target) => targets.filter((target) => target !== gone);
  const toggle = (kind: 'allUsers' | 'allDevices') => {
    const known = targets.find((target) => isOf(target, kind));
    onChange(known === undefined ? [...targets, { '@odata.type': kinds[kind] }] : without(known));
  };
  const groups = targets.filter(({ groupId }) => groupId !== undefined);
  return (
    <div class="stack">
      <div class="row">
        {(['allUsers', 'allDevices'] as const).map((kind) => (
          <label key={kind} class="tickbox">
            <input type="checkbox" checked={targets.some((target) => isOf(target, kind))} onChange={() => toggle(kind)} />
            {kind === 'allUsers' ? 'All users' : 'All devices'}
          </label>
        ))}
      </div>
      {groups.length === 0 ? null : (
        <ul class="picked">
          {groups.map((target) => (
            <li key={target.groupId}>
              <span class="name">{targetText(target, groupName)}</span>
              <select
                aria-label={`${targetText(target, groupName)}: included or excluded`}
                value={isOf(target, 'exclusion') ? 'exclusion' : 'group'}
                onChange={({ currentTarget: { value } }) =>
                  onChange(targets.map((one) => (one === target ? { ...one, '@odata.type': kinds[value as 'group' | 'exclusion'] } : one)))
                }
              >
                <option value="group">Included</option>
                <option value="exclusion">Excluded</option>
              </select>
              <button type="button" aria-label={`Remove ${targetText(target, groupName)}`} onClick={() => onChange(without(target))}>
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <Picker
        label="Groups"
        kind="groups"
        taken={groupIdsOf(targets)}
        onPick={({ id }) => onChange([...targets, { '@odata.type': kinds.group, groupId: id }])}
      />
    </div>
  );
}
