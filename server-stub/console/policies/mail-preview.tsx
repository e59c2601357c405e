/** What the mail of a template would look like, with a made-up device. How it truly comes the mailbox shows: send a test message. */
import { type ComponentChildren, createElement } from 'preact';
import { get, graph } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import type { Brand } from './branding.tsx';

const values: Readonly<Record<string, string>> = {
  username: 'Adele Vance',
  devicename: 'Adele’s phone',
  deviceid: '00000000-0000-4000-8000-000000000001',
  osandversion: 'iOS 17.5.1',
};

export const variables = ['{{UserName}}', '{{DeviceName}}', '{{DeviceId}}', '{{OSAndVersion}}'];

function filled(text: string): string {
  return text.replace(/\{\{\s*([A-Za-z]+)\s*\}\}/g, (variable, name: string) => {
    const key = name.toLowerCase();
    return Object.hasOwn(values, key) ? (values[key] ?? variable) : variable;
  });
}

/** Those that the service lets into a mail; a message with any other markup is sent as the text that it is. */
const allowed = new Set(['a', 'strong', 'b', 'u', 'ol', 'ul', 'li', 'p', 'br', 'code', 'table', 'tbody', 'tr', 'td', 'thead', 'th']);

const tag = /<(\/?)([a-z]+)((?:\s+[a-z-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*)\s*\/?>/gi;
const https = /^\s+href\s*=\s*["'](https:\/\/[^\s"'<>\\]+)["']\s*$/i;
const signs: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': '\u00a0',
};

interface Opened {
  name: string;
  href: string | undefined;
  children: ComponentChildren[];
}

const closed = ({ name, href, children }: Opened) =>
  createElement(name, href === undefined ? {} : { href, rel: 'noreferrer', target: '_blank' }, ...children);

/**
 * Put together anew from what was understood, and never parsed as a page, so that nothing of it can run.
 * @returns undefined: it has markup that it may not have
 */
function elementsOf(message: string): ComponentChildren[] | undefined {
  const root: Opened = { name: '', href: undefined, children: [] };
  const open = [root];
  const innermost = () => open.at(-1) ?? root;
  const close = () => {
    const last = open.pop();
    if (last !== undefined) innermost().children.push(closed(last));
  };
  let isAllowed = true;
  const addText = (text: string) => {
    if (/<[a-z/!?]/i.test(text)) isAllowed = false;
    const plain = filled(text.replace(/&[a-z]+;/g, (sign) => signs[sign] ?? sign));
    plain.split('\n').forEach((line, index) => {
      innermost().children.push(...(index === 0 ? [line] : [createElement('br', null), line]));
    });
  };
  let from = 0;
  for (const { 0: whole, 1: slash, 2: written = '', 3: attributes = '', index } of message.matchAll(tag)) {
    addText(message.slice(from, index));
    from = index + whole.length;
    const name = written.toLowerCase();
    const href = https.exec(attributes)?.[1];
    if (!allowed.has(name)) isAllowed = false;
    if (slash !== '') {
      if (open.some((one) => one.name === name)) while (innermost().name !== name) close();
      if (innermost().name === name) close();
      continue;
    }
    if (name === 'a' ? href === undefined : attributes !== '') isAllowed = false;
    open.push({ name, href, children: [] });
    if (name === 'br') close();
  }
  addText(message.slice(from));
  while (open.length > 1) close();
  return isAllowed ? root.children : undefined;
}

interface MailPreviewProps {
  subject: string;
  message: string;
  /** Graph's flags, with commas. */
  branding: string;
}

const brandPath = graph('deviceManagement', { $select: 'intuneBrand' });

export function MailPreview({ subject, message, branding }: MailPreviewProps) {
  const { data } = useRemote(brandPath, (stop) => get<{ intuneBrand: Brand }>(brandPath, { signal: stop }), ['tenant']);
  const brand = data?.intuneBrand;
  const includes = (option: string) => branding.split(',').includes(option);
  const elements = elementsOf(message);
  const logo = brand?.lightBackgroundLogo ?? brand?.darkBackgroundLogo;
  const contact = [brand?.contactITName, brand?.contactITPhoneNumber, brand?.contactITEmailAddress, brand?.contactITNotes];
  return (
    <section class="mail-preview" aria-label="Preview">
      <p>
        <strong>{filled(subject)}</strong>
      </p>
      {includes('includeCompanyLogo') && logo ? (
        <img class="brand-logo" src={`data:${logo.type};base64,${logo.value}`} alt={brand?.displayName ?? 'Company logo'} />
      ) : null}
      {elements === undefined ? <div class="as-text">{filled(message)}</div> : <div>{elements}</div>}
      {elements === undefined ? <p class="quiet">It has markup that a mail may not have, and is sent as the text that it is.</p> : null}
      <div class="mail-footer">
        <div>
          Device: {values.devicename}, {values.osandversion}
          {includes('includeDeviceDetails') ? ', with model, serial number, id, last check-in and policy' : ''}
        </div>
        {includes('includeCompanyName') && brand?.displayName ? <div>{brand.displayName}</div> : null}
        {includes('includeContactInformation') ? <div>{contact.filter(Boolean).join(', ')}</div> : null}
        {includes('includeCompanyPortalLink') ? <div>Open Company Portal</div> : null}
      </div>
    </section>
  );
}
