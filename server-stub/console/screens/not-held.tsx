/** In place of a screen that cannot be looked at. */
import type { ApiError } from '../api.ts';
import { Trouble } from '../ui/parts.tsx';

/** What there is to do about a device that cannot be looked at. */
export function NotHeld({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  return (
    <div class="stack">
      <Trouble error={error} onRetry={onRetry} />
      {error.code === 'hands-missing' ? (
        <p class="quiet">
          Where it was started: <code>mockfleet agent --name …</code> takes it up again, with what it had.
        </p>
      ) : null}
    </div>
  );
}
