/** To whom: groups or devices are looked for by name and chosen. */
import { useState } from 'preact/hooks';
import { useRemote } from '../live/use-remote.ts';
import { Field, Trouble } from '../ui/parts.tsx';
import { type Candidate, candidates, candidatesById } from './candidates.ts';
import type { Audience } from './send.ts';
import { devicesMax, groupsMax } from './text.ts';

const kinds = { groups: 'Groups', devices: 'Devices' } as const;
const most = { groups: groupsMax, devices: devicesMax } as const;

export interface AudiencePickerProps {
  audience: Audience;
  onChange: (audience: Audience) => void;
  names: Names;
}

export function AudiencePicker({ audience, onChange, names }: AudiencePickerProps) {
  const { kind, ids } = audience;
  const [text, setText] = useState('');
  const found = useRemote(`${kind} ${text}`, (stop) => candidates(kind, text, stop), ['devices', 'tenant']);
  const choose = (more: readonly string[]) => onChange({ kind, ids: more });
  return (
    <fieldset class="audience">
      <legend>To</legend>
      <div class="row">
        {(Object.keys(kinds) as (keyof typeof kinds)[]).map((one) => (
          <label key={one} class="row">
            <input type="radio" name="audience" checked={one === kind} onChange={() => onChange({ kind: one, ids: [] })} />
            {kinds[one]}
          </label>
        ))}
        <span class="quiet">
          {ids.length} of at most {most[kind]} chosen
        </span>
      </div>
      {ids.length === 0 ? null : (
        <ul class="chosen" aria-label="Chosen">
          {ids.map((id) => (
            <li key={id}>
              <span>{names.of(id)}</span>
              <button
                type="button"
                class="icon"
                aria-label={`Remove ${names.of(id)}`}
                onClick={() => choose(ids.filter((one) => one !== id))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <Field label={kind === 'groups' ? 'Look for a group' : 'Look for a device'}>
        <input
          type="search"
          autocomplete="off"
          placeholder={kind === 'groups' ? 'Begin of a word of its name' : 'Name, serial number or user'}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      {found.error === undefined ? null : <Trouble error={found.error} onRetry={found.reload} />}
      <Found
        found={found.data ?? []}
        taken={ids}
        isFull={ids.length >= most[kind]}
        onPick={(one) => {
          names.learn([one]);
          choose([...ids, one.id]);
        }}
        none={found.data === undefined ? '' : text.trim() === '' ? `There are no ${kind} yet.` : `No ${kind} are called so.`}
      />
    </fieldset>
  );
}

interface FoundProps {
  found: readonly Candidate[];
  taken: readonly string[];
  isFull: boolean;
  onPick: (one: Candidate) => void;
  /** Said when there is nothing. */
  none: string;
}

function Found({ found, taken, isFull, onPick, none }: FoundProps) {
  if (found.length === 0) return none === '' ? null : <p class="quiet">{none}</p>;
  return (
    <ul class="candidates" aria-label="Found">
      {found.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            aria-label={`${taken.includes(one.id) ? 'Chosen' : 'Add'} ${one.name}`}
            title={one.why ?? undefined}
            disabled={one.why !== null || isFull || taken.includes(one.id)}
            onClick={() => onPick(one)}
          >
            {taken.includes(one.id) ? 'Chosen' : 'Add'}
          </button>
          <span class="candidate">
            {one.name} <span class="quiet">{one.why ?? one.about}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

export interface Names {
  /** An id stands for itself until its name is known. */
  of: (id: string) => string;
  learn: (found: readonly Candidate[]) => void;
}

/** Names of those who are chosen, and of those who were. */
export function useNames({ kind, ids }: Audience): Names {
  const [known, setKnown] = useState<Readonly<Record<string, string>>>({});
  const learn = (found: readonly Candidate[]) =>
    setKnown((old) => ({ ...old, ...Object.fromEntries(found.map(({ id, name }) => [id, name])) }));
  const unknown = ids.filter((id) => known[id] === undefined);
  const look = async (stop: AbortSignal) => learn(await candidatesById(kind, unknown, stop));
  useRemote(`${kind} ${unknown.join()}`, unknown.length === 0 ? undefined : look);
  return { of: (id) => known[id] ?? id, learn };
}
