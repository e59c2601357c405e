/** A message with its variables, header and footers: as HTML with a plain twin, or, where its markup is not allowed, as plain text alone (reference §5). */
import type { MailDraft } from '../directory-records.ts';
import { escapeHtml } from './html-text.ts';
import { headerText } from './mail-address.ts';
import type { Footer, FooterLine, Header } from './mail-parts.ts';
import { readMarkup } from './message-markup.ts';

/** What can be written as `{{Name}}` in a subject and in a message. */
export const messageVariables = ['UserName', 'DeviceName', 'DeviceId', 'OSAndVersion'] as const;
/** What is not there stays as it was written. */
export type VariableValues = Partial<Record<(typeof messageVariables)[number], string>>;

/** In one go: a value that looks like a variable is none. */
export function fillVariables(text: string, values: VariableValues): string {
  return text.replace(/\{\{\s*([A-Za-z]+)\s*\}\}/g, (variable, written: string) => {
    const name = messageVariables.find((one) => one.toLowerCase() === written.toLowerCase());
    const value = name === undefined ? undefined : values[name];
    return value === undefined ? variable : headerText(value);
  });
}

export interface Notification {
  message: string;
  values: VariableValues;
  header: Header | null;
  footers: readonly Footer[];
}

type Body = Pick<MailDraft, 'contentType' | 'body' | 'text' | 'pictures'>;

export function notificationBody({ message, values, header, footers }: Notification): Body {
  const fill = (text: string) => fillVariables(text, values);
  const markup = readMarkup(message, fill);
  if (markup === undefined) return { contentType: 'text', body: plain(fill(message), footers) };
  return {
    contentType: 'html',
    body: page(markup.html, header, footers),
    text: plain(markup.text, footers),
    ...(header !== null && { pictures: [header.logo] }),
  };
}

function plain(message: string, footers: readonly Footer[]): string {
  const parts = footers.map(({ title, lines }) => [...(title === null ? [] : [title]), ...lines.map(plainLine)].join('\n'));
  return `${[message, ...parts].join('\n\n')}\n`;
}

function plainLine({ label, text, href }: FooterLine): string {
  const words = label === null ? text : `${label}: ${text}`;
  return href === undefined || href === text ? words : `${words}: ${href}`;
}

const bodyStyle = 'margin:0;padding:24px;font-family:Segoe UI,Helvetica,Arial,sans-serif;font-size:15px;color:#1b1b1b';
const footerStyle = 'margin:16px 0 0;padding:12px 0 0;border-top:1px solid #d9d9d9;font-size:13px;color:#4a4a4a';

function page(message: string, header: Header | null, footers: readonly Footer[]): string {
  const logo =
    header === null
      ? ''
      : `<div style="margin:0 0 16px"><img src="cid:${header.logo.contentId}" alt="${escapeHtml(header.alternative)}" style="max-height:64px;max-width:240px"></div>\n`;
  const foot = footers.map(({ title, lines }) => {
    const rows = [...(title === null ? [] : [`<strong>${escapeHtml(title)}</strong>`]), ...lines.map(htmlLine)];
    return `<div style="${footerStyle}">${rows.join('<br>\n')}</div>\n`;
  });
  return `<!DOCTYPE html>\n<html>\n<body style="${bodyStyle}">\n${logo}<div>${message}</div>\n${foot.join('')}</body>\n</html>\n`;
}

function htmlLine({ label, text, href }: FooterLine): string {
  const words = href === undefined ? escapeHtml(text) : `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
  return label === null ? words : `${escapeHtml(label)}: ${words}`;
}
