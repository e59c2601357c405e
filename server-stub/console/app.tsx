/** The frame around all pages: navigation, the clock, and, where there is room, the dock with a device's screen and the mailbox. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { signOut, token } from './api.ts';
import { Dock } from './dock/dock.tsx';
import { FaultWarning } from './faults/fault-warning.tsx';
import { connection, follow } from './live/events.ts';
import { type Page, pages } from './pages.tsx';
import { href, route } from './router.ts';
import { ScenarioBanner } from './scenarios/banner.tsx';
import { SignIn } from './sign-in.tsx';
import { TimeBar } from './time/time-bar.tsx';
import { Confirmation } from './ui/dialog.tsx';
import { Loading } from './ui/parts.tsx';
import { Toasts } from './ui/toast.tsx';

export function App() {
  useEffect(() => follow(), []);
  return (
    <>
      {token.value === null ? <SignIn /> : <Console />}
      <Confirmation />
      <Toasts />
    </>
  );
}

function Console() {
  const id = route.value.path[0] ?? 'devices';
  const page = pages.find((one) => one.id === id);
  useEffect(() => {
    document.title = page === undefined ? 'mockfleet' : `${page.title} · mockfleet`;
  }, [page]);
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the page
      </button>
      <header class="top">
        <a class="brand" href={href(['devices'])}>
          mockfleet
        </a>
        <TimeBar />
        <Connection />
        <button type="button" onClick={() => signOut()}>
          Sign out
        </button>
        <ScenarioBanner />
        <FaultWarning />
      </header>
      <Navigation current={id} />
      <main id="main" tabIndex={-1}>
        {page === undefined ? (
          <p class="empty">There is no page of this name. {pages.map(({ title }) => title).join(', ')}: choose one.</p>
        ) : (
          <Opened page={page} key={page.id} />
        )}
      </main>
      <Dock />
    </div>
  );
}

function Navigation({ current }: { current: string }) {
  const groups = [...new Set(pages.map(({ group }) => group))];
  return (
    <nav class="navigation" aria-label="Pages">
      {groups.map((group) => (
        <section key={group}>
          <h2>{group}</h2>
          {pages
            .filter((page) => page.group === group)
            .map(({ id, title }) => (
              <a key={id} href={href([id])} aria-current={id === current ? 'page' : undefined}>
                {title}
              </a>
            ))}
        </section>
      ))}
    </nav>
  );
}

function Connection() {
  const state = connection.value;
  if (state === 'live') return null;
  return (
    <span class="connection" role="status">
      {state === 'connecting' ? 'Connecting …' : 'The stub is away. Trying again …'}
    </span>
  );
}

function Opened({ page }: { page: Page }) {
  const [Component, setComponent] = useState<ComponentType | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    loaded(page).then(
      (module) => setComponent(() => module.default),
      () => setFailed(true),
    );
  }, [page]);
  if (failed) {
    return (
      <p class="trouble" role="alert">
        This page did not come.{' '}
        <button type="button" onClick={() => location.reload()}>
          Load the console again
        </button>
      </p>
    );
  }
  return Component === null ? <Loading /> : <Component />;
}

/** A stub that is busy, or is being started again, may be back in a moment. */
async function loaded(page: Page): ReturnType<Page['load']> {
  for (const wait of [200, 1000, 3000]) {
    try {
      return await page.load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return page.load();
}
