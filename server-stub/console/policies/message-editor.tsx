/** A template's message in one language is written. */
import { useState } from 'preact/hooks';
import { graph, patch, post, remove } from '../api.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/parts.tsx';
import { attempt } from '../ui/toast.tsx';
import { MailPreview, variables } from './mail-preview.tsx';
import { type Message, templatesPath } from './policy-shapes.ts';

const subjectMax = 78;
const bodyMax = 2000;

interface MessageEditorProps {
  templateId: string;
  branding: string;
  /** null: a new one */
  message: Message | null;
  onClose: () => void;
  onChanged: () => void;
}

export function MessageEditor({ templateId, branding, message, onClose, onChanged }: MessageEditorProps) {
  const [draft, setDraft] = useState({
    locale: message?.locale ?? 'en-us',
    subject: message?.subject ?? '',
    messageTemplate: message?.messageTemplate ?? '',
    isDefault: message?.isDefault ?? false,
  });
  const set = (change: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...change }));
  const path = `${templatesPath}/${templateId}/localizedNotificationMessages`;
  const finish = async (work: () => Promise<unknown>, done: string) => {
    if (!(await attempt(work, done))) return;
    onChanged();
    onClose();
  };
  const save = () => {
    const { locale, ...rest } = draft;
    if (message === null) return finish(() => post(graph(path), draft), `There is a message in ${locale}.`);
    // What is the default stays it, until another one is.
    const { isDefault, ...words } = rest;
    return finish(() => patch(graph(`${path}/${message.id}`), isDefault ? rest : words), 'The message is saved.');
  };
  return (
    <Dialog
      title={message === null ? 'New message' : `Message in ${message.locale}`}
      onClose={onClose}
      wide
      actions={
        <>
          {message === null ? null : (
            <button type="button" onClick={() => void finish(() => remove(graph(`${path}/${message.id}`)), 'The message is deleted.')}>
              Delete
            </button>
          )}
          <button type="submit" form="message" class="primary">
            Save
          </button>
        </>
      }
    >
      <form
        id="message"
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label="Language" hint="Such as en-us, de-de or fr">
          <input
            required
            readOnly={message !== null}
            value={draft.locale}
            onInput={(event) => set({ locale: event.currentTarget.value.trim() })}
          />
        </Field>
        <Field label="Subject" hint={`At most ${subjectMax} characters`}>
          <input required maxLength={subjectMax} value={draft.subject} onInput={(event) => set({ subject: event.currentTarget.value })} />
        </Field>
        <Field label="Message" hint={`At most ${bodyMax} characters. Filled in for each device: ${variables.join(' ')}`}>
          <textarea
            class="message-body"
            required
            maxLength={bodyMax}
            value={draft.messageTemplate}
            onInput={(event) => set({ messageTemplate: event.currentTarget.value })}
          />
        </Field>
        <label class="tickbox">
          <input
            type="checkbox"
            checked={draft.isDefault}
            disabled={message?.isDefault === true}
            onChange={(event) => set({ isDefault: event.currentTarget.checked })}
          />
          Default: for everybody for whose language there is no message
        </label>
      </form>
      <MailPreview subject={draft.subject} message={draft.messageTemplate} branding={branding} />
    </Dialog>
  );
}
