/** `/mockfleet/mail`: what the stub's own mailbox took in, from the tenant or from any program; `/mockfleet/outbox`: what the tenant sends, and how that stands. */
import { type Context, Hono } from 'hono';
import { formatInstant } from '../runtime/duration.ts';
import { type MailRecord, mailStates, type ReceivedMail } from './core/directory-records.ts';
import type { GraphTenant } from './graph/tenant.ts';
import { type MailFaultChange, type MailFaults, wrongMailFault } from './mail/mail-faults.ts';
import { type ArrivedMail, arrivedMail, isTo, listedMail } from './mail/mail-view.ts';
import { mailPage } from './mail-page.ts';
import type { MailViews } from './mail-views.ts';
import { readJson } from './request-body.ts';

/** Characters of all mails in a list: a multiple of it is what one answer can hold. */
const listCharactersMax = 100_000_000;
const otherHeaders = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

export function controlMailRoutes(tenant: () => GraphTenant, faults: MailFaults, views: MailViews): Hono {
  const routes = new Hono();

  /** Newest first, and without pictures; by pages: without what they say. */
  routes.get('/mail', (c) => {
    const search = searchOf(c);
    if (typeof search === 'string') return c.json(fault('mail-search-invalid', search), 400);
    const { page } = search;
    if (page !== undefined) return c.json(arrivedPage(tenant(), search, page));
    const states = statesById(tenant());
    const found = [];
    let characters = 0;
    for (const received of tenant().receivedMails()) {
      const mail = withState(listedMail(arrivedMail(received)), states);
      if (!fits(mail, search)) continue;
      found.push(mail);
      characters += mail.body.length + (mail.text?.length ?? 0);
      if (characters > listCharactersMax) return c.json(fault('mail-list-too-long', tooLong), 413);
    }
    return c.json(found);
  });
  routes.delete('/mail', (c) => {
    tenant().clearReceivedMails();
    return c.body(null, 204);
  });

  routes.get('/mail/faults', (c) => c.json(faults.show()));
  routes.post('/mail/faults', async (c) => {
    const body = await readJson(c.req.raw);
    const wrong = wrongMailFault(body);
    if (wrong !== undefined) return c.json(fault('mail-fault-invalid', wrong), 400);
    faults.set(body as MailFaultChange);
    return c.json(faults.show());
  });

  const one = (c: Context, answer: (mail: ReceivedMail) => Response) => {
    const mail = tenant().receivedMail(c.req.param('id') ?? '');
    return mail === undefined ? c.json(fault('mail-not-found', 'No mail of the mailbox has this id.'), 404) : answer(mail);
  };
  routes.get('/mail/:id', (c) => one(c, (mail) => c.json({ ...withState(arrivedMail(mail), statesById(tenant())), raw: mail.raw })));
  routes.get('/mail/:id/html', (c) => one(c, ({ html }) => (html === null ? c.json(noHtml, 404) : mailPage(html))));
  /** Where a frame can show it, once. */
  routes.post('/mail/:id/view', (c) => one(c, ({ id, html }) => (html === null ? c.json(noHtml, 404) : c.json({ path: views.open(id) }))));
  routes.get('/mail/:id/text', (c) =>
    one(c, ({ text }) =>
      text === null
        ? c.json(fault('mail-part-missing', 'This mail has no plain text; its HTML is at …/html.'), 404)
        : c.body(text, 200, { ...otherHeaders, 'content-type': 'text/plain; charset=utf-8' }),
    ),
  );
  routes.get('/mail/:id/raw', (c) =>
    one(c, ({ raw }) =>
      raw === null
        ? c.json(
            fault('mail-part-missing', 'This mail came within the process and was never on a wire; `mockfleet serve` has real ones.'),
            404,
          )
        : c.body(bytesOf(raw), 200, { ...otherHeaders, 'content-type': 'message/rfc822' }),
    ),
  );

  /** Newest first. */
  routes.get('/outbox', (c) => {
    const search = searchOf(c);
    if (typeof search === 'string') return c.json(fault('mail-search-invalid', search), 400);
    const { page } = search;
    const found = only(tenant().mails(), (mail) => fits(mail, search));
    if (page === undefined) return c.json(Array.from(found, outgoing));
    const { value, more } = pageOf(found, page);
    return c.json({ value: value.map((mail) => head(outgoing(mail))), more });
  });
  routes.get('/outbox/:id', (c) => {
    for (const mail of tenant().mails()) if (mail.id === c.req.param('id')) return c.json(outgoing(mail));
    return c.json(fault('mail-not-found', 'No mail of the outbox has this id.'), 404);
  });
  return routes;
}

const fault = (code: string, message: string) => ({ error: { code, message } });

const noHtml = fault('mail-part-missing', 'This mail has no HTML; its text is at …/text.');

const tooLong = `These mails have more than ${listCharactersMax} characters: search for some of them (to, from, subject), or empty the mailbox.`;

const searchNames = ['to', 'from', 'subject', 'state', 'search', 'top', 'skip'] as const;
type Search = Partial<Record<(typeof searchNames)[number], string>> & { page?: MailPage };

interface MailPage {
  top: number;
  skip: number;
}

const topMax = 500;

/** Text: what is wrong with it. */
function searchOf(c: Context): Search | string {
  const search: Search = c.req.query();
  const names: readonly string[] = searchNames;
  const unknown = Object.keys(search).find((name) => !names.includes(name));
  if (unknown !== undefined) return `'${unknown.slice(0, 64)}': mails are searched by ${searchNames.join(', ')}.`;
  const states: readonly string[] = mailStates;
  if (search.state !== undefined && !states.includes(search.state)) return `'state' is one of ${mailStates.join(', ')}.`;
  const { top, skip } = search;
  if (top === undefined) return skip === undefined ? search : "'skip' goes with 'top', such as top=50&skip=50.";
  if (!/^\d{1,3}$/.test(top) || Number(top) === 0 || Number(top) > topMax) return `'top' is a whole number from 1 to ${topMax}.`;
  if (skip !== undefined && !/^\d{1,9}$/.test(skip)) return "'skip' is a whole number: how many mails to leave out.";
  return { ...search, page: { top: Number(top), skip: Number(skip ?? 0) } };
}

function fits(mail: Pick<MailRecord, 'from' | 'to' | 'cc' | 'bcc' | 'subject'> & { state: string | null }, asked: Search): boolean {
  const { to, from, subject, state, search } = asked;
  if (to !== undefined && !isTo(mail, to)) return false;
  if (from !== undefined && mail.from.toLowerCase() !== from.toLowerCase()) return false;
  if (subject !== undefined && !holds(mail.subject, subject)) return false;
  if (search !== undefined && ![mail.subject, mail.from, ...mail.to, ...mail.cc, ...mail.bcc].some((text) => holds(text, search)))
    return false;
  return state === undefined || mail.state === state;
}

function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function* only<T>(items: Iterable<T>, isWanted: (item: T) => boolean): Generator<T> {
  for (const item of items) if (isWanted(item)) yield item;
}

/** Goes no further than to the first one of the next page. */
function pageOf<T>(items: Iterable<T>, { top, skip }: MailPage): { value: T[]; more: boolean } {
  const value: T[] = [];
  let passed = 0;
  for (const item of items) {
    if (passed++ < skip) continue;
    if (value.length === top) return { value, more: true };
    value.push(item);
  }
  return { value, more: false };
}

function arrivedPage(tenant: GraphTenant, search: Search, page: MailPage) {
  // A search by state has to know all of them first.
  const known = search.state === undefined ? undefined : statesById(tenant);
  const arrived = (function* () {
    for (const received of tenant.receivedMails()) {
      const mail = arrivedMail(received);
      if (fits({ ...mail, state: known?.get(mail.messageId) ?? null }, search)) yield mail;
    }
  })();
  const { value, more } = pageOf(arrived, page);
  const states = known ?? statesById(tenant, new Set(value.map(({ messageId }) => messageId)));
  return { value: value.map((mail) => head(withState(mail, states))), more };
}

/** Without what it says: a list of thousands is looked through, not read. */
function head<Mail extends { body: string }>(mail: Mail): Omit<Mail, 'body' | 'text' | 'html'> {
  const { body: _, text: __, html: ___, ...rest } = mail as Mail & { text?: unknown; html?: unknown };
  return rest;
}

/** @param wanted Message-IDs; absent: all */
function statesById(tenant: GraphTenant, wanted?: ReadonlySet<string>): Map<string, MailRecord['state']> {
  const states = new Map<string, MailRecord['state']>();
  for (const { messageId, state } of tenant.mails()) {
    if (wanted?.has(messageId) === false) continue;
    states.set(messageId, state);
    if (states.size === wanted?.size) break;
  }
  return states;
}

/** `state`: how far the tenant has come with it; null: another program sent it. */
function withState({ at, receivedAt, ...mail }: ArrivedMail, states: ReadonlyMap<string, MailRecord['state']>) {
  return {
    ...mail,
    at: formatInstant(at),
    receivedAt: formatInstant(receivedAt),
    state: states.get(mail.messageId) ?? null,
  };
}

function outgoing({ pictures: _, at, queuedAt, nextAttemptAt, finishedAt, ...mail }: MailRecord) {
  const instant = (ms: number | null) => (ms === null ? null : formatInstant(ms));
  return {
    ...mail,
    at: formatInstant(at),
    queuedAt: instant(queuedAt),
    nextAttemptAt: instant(nextAttemptAt),
    finishedAt: instant(finishedAt),
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}
