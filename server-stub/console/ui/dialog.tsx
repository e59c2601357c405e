/** Questions above the page: the browser's own dialog, which keeps the focus and closes with Escape. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Below: buttons. */
  actions?: ComponentChildren;
  wide?: boolean;
}

export function Dialog({ title, onClose, children, actions, wide = false }: DialogProps) {
  const place = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = place.current;
    if (shown !== null && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={place} class={wide ? 'dialog wide' : 'dialog'} aria-label={title} onClose={onClose}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="icon" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      <div class="dialog-body">{children}</div>
      {actions === undefined ? null : <footer>{actions}</footer>}
    </dialog>
  );
}

interface Question {
  title: string;
  text: ComponentChildren;
  /** On the button that does it. */
  yes: string;
  danger: boolean;
  /** For what destroys much: this has to be typed first. */
  typed: string | null;
  answer: (yes: boolean) => void;
}

const question = signal<Question | null>(null);
const typedNow = signal('');

export function confirm(asked: {
  title: string;
  text: ComponentChildren;
  yes: string;
  danger?: boolean;
  typed?: string;
}): Promise<boolean> {
  question.value?.answer(false);
  typedNow.value = '';
  return new Promise((resolve) => {
    question.value = {
      danger: false,
      ...asked,
      typed: asked.typed ?? null,
      answer(yes) {
        question.value = null;
        resolve(yes);
      },
    };
  });
}

/** Where `confirm` asks; once in the page. */
export function Confirmation() {
  const asked = question.value;
  if (asked === null) return null;
  const { title, text, yes, danger, typed, answer } = asked;
  const mayGoOn = typed === null || typedNow.value === typed;
  return (
    <Dialog
      title={title}
      onClose={() => answer(false)}
      actions={
        <>
          <button type="button" onClick={() => answer(false)}>
            Cancel
          </button>
          <button type="button" class={danger ? 'danger' : 'primary'} disabled={!mayGoOn} onClick={() => answer(true)}>
            {yes}
          </button>
        </>
      }
    >
      <div>{text}</div>
      {typed === null ? null : (
        <label class="field">
          <span>
            Type <strong>{typed}</strong> to go on
          </span>
          <input autocomplete="off" value={typedNow.value} onInput={(event) => (typedNow.value = event.currentTarget.value)} />
        </label>
      )}
    </Dialog>
  );
}
