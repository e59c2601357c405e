/** Small things that all pages are made of. */
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api.ts';

export function PageHead({ title, children, sub }: { title: string; sub?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <div>
        <h1>{title}</h1>
        {sub === undefined ? null : <p class="sub">{sub}</p>}
      </div>
      <div class="page-actions">{children}</div>
    </header>
  );
}

export function Card({ title, children, actions }: { title?: string; children: ComponentChildren; actions?: ComponentChildren }) {
  return (
    <section class="card" aria-label={title}>
      {title === undefined ? null : (
        <header>
          <h2>{title}</h2>
          <div>{actions}</div>
        </header>
      )}
      {children}
    </section>
  );
}

/** What a state means, in a colour and in a word. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

export function Badge({ tone = 'quiet', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function Trouble({ error, onRetry }: { error: ApiError; onRetry?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <strong>{error.status === 0 ? 'No answer' : error.code}</strong> <span>{error.message}</span>{' '}
      {onRetry === undefined ? null : (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Says why there is nothing, and what to do. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

export function Loading() {
  return (
    <p class="loading" role="status">
      Loading …
    </p>
  );
}

/** Name and value, one below the other. */
export function Facts({ rows }: { rows: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Field({ label, hint, children }: { label: string; hint?: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label class="field">
      <span>{label}</span>
      {children}
      {hint === undefined ? null : <small>{hint}</small>}
    </label>
  );
}

/** Tabs of a page, as links: each has an address. */
export function Tabs({ tabs, current }: { tabs: readonly { id: string; label: ComponentChildren; href: string }[]; current: string }) {
  return (
    <nav class="tabs" aria-label="Parts of this page">
      {tabs.map(({ id, label, href }) => (
        <a key={id} href={href} aria-current={id === current ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}
