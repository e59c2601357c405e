/** Who looks at the tenant says so first, with the token that the stub has printed. */
import { useState } from 'preact/hooks';
import { ApiError, get, signIn, signInNotice } from './api.ts';
import { Field } from './ui/parts.tsx';

export function SignIn() {
  const [given, setGiven] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function enter(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setWrong(null);
    try {
      await get('/mockfleet/clock', { headers: { authorization: `Bearer ${given.trim()}` } });
      signIn(given.trim());
    } catch (error) {
      setWrong(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <main class="sign-in">
      <form class="card" onSubmit={enter}>
        <h1>mockfleet</h1>
        <p>
          The tenant that runs on this machine. Sign in with the token that `mockfleet serve` printed; it is also in the file `token` of its
          state folder.
        </p>
        <Field label="Token">
          <input
            type="password"
            name="token"
            autocomplete="off"
            required
            value={given}
            onInput={(event) => setGiven(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="primary" disabled={busy}>
          Sign in
        </button>
        {(wrong ?? signInNotice.value) === null ? null : (
          <p class="trouble" role="alert">
            {wrong ?? signInNotice.value}
          </p>
        )}
        <p class="quiet">
          The user of a device goes to the <a href="/portal">self-service site</a>.
        </p>
      </form>
    </main>
  );
}
