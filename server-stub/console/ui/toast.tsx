/** What came of something, for a few seconds; refusals stay until they are closed. */
import { signal } from '@preact/signals';
import { ApiError } from '../api.ts';

interface Toast {
  id: number;
  kind: 'done' | 'refused';
  text: string;
}

const toasts = signal<readonly Toast[]>([]);
const shownMs = 6000;
let count = 0;

export function say(text: string, kind: Toast['kind'] = 'done'): void {
  const id = ++count;
  toasts.value = [...toasts.value, { id, kind, text }].slice(-5);
  if (kind === 'done') setTimeout(() => close(id), shownMs);
}

/** Does it; says what came of it. @returns whether it was done */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done !== undefined) say(done);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) reportError(error);
    say(error instanceof Error ? error.message : String(error), 'refused');
    return false;
  }
}

function close(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, kind, text }) => (
        <div key={id} class={`toast ${kind}`}>
          <span>{text}</span>
          <button type="button" class="icon" aria-label="Close this message" onClick={() => close(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
