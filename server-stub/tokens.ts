/**
 * Tokens that people and programs sign in with: JSON Web Tokens, signed with a key of this tenant's own (ES256, Web Crypto).
 * The key is made when the first of them is, and kept: tokens outlive the process where there is a place to keep it.
 */
import { fromBase64Url, textBase64Url, toBase64Url } from './core/base64url.ts';
import { secretHash } from './core/secret.ts';

/** Where the key is kept, as a text. Whoever reads it can sign in as anybody. */
export interface TokenKeys {
  load(): string | undefined;
  save(text: string): void;
}

export type Claims = Readonly<Record<string, unknown>>;

export interface TokenSigner {
  sign(claims: Claims): Promise<string>;
  /** The claims of a token that this tenant signed, whatever they say of time and purpose; undefined: it did not. */
  verify(token: string): Promise<Claims | undefined>;
  /** What a token says without looking at its signature; undefined: it is not well formed. */
  read(token: string): Claims | undefined;
  /** For discovery: the public half (RFC 7517). */
  publicKeys(): Promise<{ keys: Claims[] }>;
}

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type Jwk = Awaited<ReturnType<typeof exportJwk>>;
interface Pair {
  id: string;
  privateKey: Key;
  publicKey: Key;
  publicJwk: Claims;
}

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const;

export function createTokenSigner(keys: TokenKeys | undefined): TokenSigner {
  let made: Promise<Pair> | undefined;
  const pair = () => {
    made ??= keptPair(keys);
    return made;
  };
  return {
    async sign(claims) {
      const { id, privateKey } = await pair();
      const text = `${json({ typ: 'JWT', alg: 'ES256', kid: id })}.${json(claims)}`;
      const bytes = await crypto.subtle.sign(signature, privateKey, new TextEncoder().encode(text));
      return `${text}.${toBase64Url(new Uint8Array(bytes))}`;
    },
    async verify(token) {
      const claims = readClaims(token);
      const [header = '', payload = '', signed = ''] = token.split('.');
      const bytes = fromBase64Url(signed);
      if (claims === undefined || bytes === undefined || readPart(header)?.alg !== 'ES256') return undefined;
      const { publicKey } = await pair();
      const isOurs = await crypto.subtle.verify(signature, publicKey, bytes, new TextEncoder().encode(`${header}.${payload}`));
      return isOurs ? claims : undefined;
    },
    read: readClaims,
    async publicKeys() {
      const { id, publicJwk } = await pair();
      return { keys: [{ ...publicJwk, kid: id, use: 'sig', alg: 'ES256' }] };
    },
  };
}

const json = (value: unknown) => textBase64Url(JSON.stringify(value));

/** Three parts, of which the first two are objects in JSON. */
function readClaims(token: string): Claims | undefined {
  const [header = '', payload = '', , ...more] = token.split('.');
  if (more.length > 0 || token.split('.').length !== 3 || readPart(header) === undefined) return undefined;
  return readPart(payload);
}

function readPart(text: string): Claims | undefined {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}

/** The key that is kept, or else a new one, which is kept from now on. */
async function keptPair(keys: TokenKeys | undefined): Promise<Pair> {
  const kept = keys?.load();
  if (kept !== undefined) return importPair(JSON.parse(kept) as Jwk);
  const made = (await crypto.subtle.generateKey(curve, true, ['sign', 'verify'])) as { privateKey: Key };
  const jwk = await exportJwk(made.privateKey);
  keys?.save(JSON.stringify(jwk));
  return importPair(jwk);
}

async function importPair(jwk: Jwk): Promise<Pair> {
  const { kty, crv, x, y } = jwk;
  const publicJwk = { kty, crv, x, y } as Jwk;
  return {
    // Of the public half alone, the same after every start.
    id: secretHash(`${x} ${y}`).slice(0, 27),
    privateKey: await crypto.subtle.importKey('jwk', jwk, curve, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', publicJwk, curve, true, ['verify']),
    publicJwk: { ...publicJwk },
  };
}

function exportJwk(key: Key) {
  return crypto.subtle.exportKey('jwk', key);
}
