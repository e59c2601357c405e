/** Base64 as tokens are written: `-` and `_`, no padding. Runs in browsers too. */

export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The ordinary alphabet with its padding does as well. Returns undefined for what is neither. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

export function textBase64Url(text: string): string {
  return toBase64Url(new TextEncoder().encode(text));
}
