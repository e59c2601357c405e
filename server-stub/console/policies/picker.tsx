/** Somebody or something of the directory is looked for by name and chosen. */
import { useState } from 'preact/hooks';
import { Badge, Field, Trouble } from '../ui/parts.tsx';
import { nameOf, type ObjectKind, searchHeaders, searchPath, usePages } from './lists.ts';
import type { DirectoryObject } from './policy-shapes.ts';

const shownAtOnce = 8;

interface PickerProps {
  label: string;
  kind: ObjectKind;
  onPick: (found: DirectoryObject) => void;
  /** Ids that are chosen already. */
  taken?: readonly string[];
  /** On each button, before the name. */
  verb?: string;
}

export function Picker({ label, kind, onPick, taken = [], verb = 'Add' }: PickerProps) {
  const [text, setText] = useState('');
  const { data, error, reload } = usePages<DirectoryObject>(searchPath(kind, text, shownAtOnce), ['tenant'], searchHeaders);
  return (
    <div class="picker">
      <Field label={label}>
        <input type="search" value={text} placeholder="Begin of a name" onInput={(event) => setText(event.currentTarget.value)} />
      </Field>
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {data?.value.length === 0 ? (
        <p class="quiet">{text === '' ? `There are no ${kind} yet.` : `No ${kind} whose name has a word that begins so.`}</p>
      ) : null}
      <ul class="picked">
        {(data?.value ?? []).map((found) => (
          <li key={found.id}>
            <button type="button" disabled={taken.includes(found.id)} aria-label={`${verb} ${nameOf(found)}`} onClick={() => onPick(found)}>
              {verb}
            </button>
            <span class="name">{nameOf(found)}</span>
            <span class="quiet name">{found.userPrincipalName ?? found.operatingSystem ?? ''}</span>
            {taken.includes(found.id) ? <Badge>in it</Badge> : null}
          </li>
        ))}
      </ul>
      {data?.hasMore === true ? <p class="quiet">There are more: write more of the name.</p> : null}
    </div>
  );
}
