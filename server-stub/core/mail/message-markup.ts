/**
 * The HTML that a message may have: a few elements, and no attribute but the https address of a link (reference §5). What comes out is put
 * together anew, so that nothing that was not understood gets through, and every element that was opened is closed.
 */
import { escapeHtml, unescapeHtml } from './html-text.ts';

const elements = new Set(['a', 'strong', 'b', 'u', 'ol', 'ul', 'li', 'p', 'br', 'code', 'table', 'tbody', 'tr', 'td', 'thead', 'th']);
/** In plain text these begin a line. */
const lines = new Set(['br', 'p', 'li', 'ol', 'ul', 'table', 'tr']);

const tagPattern = /^<(\/?)([a-z]+)((?:\s+[a-z-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*)\s*(\/?)>/i;
const hrefPattern = /^\s+href\s*=\s*(?:"([^"]*)"|'([^']*)')\s*$/i;
const httpsPattern = /^https:\/\/[^\s"'<>\\]+$/i;
/** What a browser would read as the begin of markup. */
const beginOfTag = /^<[a-z/!?]/i;

type Piece = { kind: 'text'; text: string } | { kind: 'open'; name: string; href: string | null } | { kind: 'close'; name: string };

export interface Markup {
  html: string;
  /** The same without markup. */
  text: string;
}

/**
 * @param fill puts values into a text without markup; it is called for each text and each address
 * @returns undefined: the message has other markup than it may, and can only be sent as the text that it is
 */
export function readMarkup(message: string, fill: (text: string) => string): Markup | undefined {
  const pieces = knownPiecesOf(message);
  return pieces === undefined ? undefined : { html: htmlOf(pieces, fill), text: textOf(pieces, fill) };
}

/** Of the messages that were read last: templates are few, and their mails many. */
const known = new Map<string, readonly Piece[] | undefined>();
const knownMax = 100;

function knownPiecesOf(message: string): readonly Piece[] | undefined {
  if (known.has(message)) return known.get(message);
  const pieces = piecesOf(message);
  if (known.size >= knownMax) known.clear();
  known.set(message, pieces);
  return pieces;
}

function piecesOf(message: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let rest = message;
  while (rest !== '') {
    const next = nextTag(rest);
    if (next > 0) pieces.push({ kind: 'text', text: unescapeHtml(rest.slice(0, next)) });
    rest = rest.slice(next);
    if (rest === '') break;
    const [whole, slash = '', writtenName = '', attributes = '', empty = ''] = tagPattern.exec(rest) ?? [];
    const name = writtenName.toLowerCase();
    if (whole === undefined || !elements.has(name)) return undefined;
    if (slash !== '') {
      if (attributes !== '' || empty !== '') return undefined;
      pieces.push({ kind: 'close', name });
    } else {
      const href = hrefOf(name, attributes);
      if (href === undefined || (empty !== '' && name !== 'br')) return undefined;
      pieces.push({ kind: 'open', name, href });
    }
    rest = rest.slice(whole.length);
  }
  return pieces;
}

function nextTag(text: string): number {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) if (beginOfTag.test(text.slice(at, at + 2))) return at;
  return text.length;
}

/** null: it has none and needs none; undefined: not what it may have. */
function hrefOf(name: string, attributes: string): string | null | undefined {
  if (name !== 'a') return attributes === '' ? null : undefined;
  const [, double, single] = hrefPattern.exec(attributes) ?? [];
  const href = unescapeHtml(double ?? single ?? '');
  return httpsPattern.test(href) ? href : undefined;
}

function htmlOf(pieces: readonly Piece[], fill: (text: string) => string): string {
  let html = '';
  const open: string[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'text') html += escapeHtml(fill(piece.text)).replace(/\r?\n/g, '<br>\n');
    else if (piece.kind === 'open') {
      html += piece.href === null ? `<${piece.name}>` : `<a href="${escapeHtml(filledAddress(piece.href, fill))}">`;
      if (piece.name !== 'br') open.push(piece.name);
    } else if (open.includes(piece.name)) {
      for (let name = open.pop(); name !== undefined; name = open.pop()) {
        html += `</${name}>`;
        if (name === piece.name) break;
      }
    }
  }
  return (
    html +
    open
      .reverse()
      .map((name) => `</${name}>`)
      .join('')
  );
}

function textOf(pieces: readonly Piece[], fill: (text: string) => string): string {
  let text = '';
  const links: string[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'text') text += fill(piece.text);
    else if (lines.has(piece.name)) {
      if (piece.kind === 'open' && (piece.name === 'br' || !/(^|\n)$/.test(text))) text += '\n';
      if (piece.kind === 'open' && piece.name === 'li') text += '- ';
      if (piece.kind === 'close' && piece.name === 'p') text += '\n';
    } else if (piece.name === 'td' || piece.name === 'th') {
      if (piece.kind === 'close') text += ' ';
    } else if (piece.kind === 'open' && piece.href !== null) links.push(filledAddress(piece.href, fill));
    else if (piece.kind === 'close' && piece.name === 'a') text += links.length === 0 ? '' : ` (${links.pop()})`;
  }
  return text.trim();
}

/** Values become parts of the address and cannot change what it is. */
function filledAddress(href: string, fill: (text: string) => string): string {
  return href.replace(/\{\{[^{}]*\}\}/g, (variable) => {
    const value = fill(variable);
    return value === variable ? variable : encodeURIComponent(value);
  });
}
