/**
 * Addresses at which the HTML of one mail of the mailbox can be looked at without a token, because a frame can send none. Each is good for
 * one look within a minute of real time, and is drawn by chance: who was not given it cannot guess it.
 */
import { Hono } from 'hono';
import type { GraphTenant } from './graph/tenant.ts';
import { mailPage } from './mail-page.ts';

const goodForMs = 60_000;
/** The oldest goes when there are more: nobody looks at so many at once. */
const openMax = 200;
const folder = '/mail-view';

export class MailViews {
  readonly #realNow: () => number;
  readonly #open = new Map<string, { mailId: string; endsAt: number }>();

  /** @param realNow ms */
  constructor(realNow: () => number) {
    this.#realNow = realNow;
  }

  /** @returns a path from the root */
  open(mailId: string): string {
    const now = this.#realNow();
    for (const [name, { endsAt }] of this.#open) if (endsAt <= now || this.#open.size >= openMax) this.#open.delete(name);
    const name = Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#open.set(name, { mailId, endsAt: now + goodForMs });
    return `${folder}/${name}`;
  }

  /** Id of the mail; undefined: there is no such address, or no more. */
  take(name: string): string | undefined {
    const found = this.#open.get(name);
    this.#open.delete(name);
    return found === undefined || found.endsAt <= this.#realNow() ? undefined : found.mailId;
  }
}

const over = '<!doctype html><meta charset="utf-8"><title>Over</title><p>This look is over, or the mail is gone. Open the mail again.</p>';

export function mailViewRoutes(tenant: () => GraphTenant, views: MailViews): Hono {
  const routes = new Hono();
  routes.get(`${folder}/:name`, (c) => {
    const mailId = views.take(c.req.param('name'));
    const html = mailId === undefined ? undefined : tenant().receivedMail(mailId)?.html;
    return html === undefined || html === null ? mailPage(over, { status: 404, framedBy: 'self' }) : mailPage(html, { framedBy: 'self' });
  });
  return routes;
}
