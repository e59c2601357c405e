/** What a mail can be sent to, and what may stand in its header. */

/** One @, no space, no sign that means something in a header or in an envelope (RFC 5321 §4.1.2, RFC 5322 §3.4.1), 254 characters at most. */
const addressPattern = /^(?=.{3,254}$)[^\s@,;:<>()[\]\\"\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,64}@[^\s@,;:<>()[\]\\"\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u;

/** What most are like; the whole rule costs ten times as much. */
const plainAddressPattern = /^[\w.+-]{1,64}@[\w.-]{1,180}$/;

export function isMailAddress(text: string): boolean {
  return plainAddressPattern.test(text) || addressPattern.test(text);
}

/** Of most texts nothing has to be replaced. */
const plainTextPattern = /^[\x20-\x7e]*$/;

/** One line: what would end a header's line, or cannot be in one, becomes a space. */
export function headerText(text: string): string {
  if (plainTextPattern.test(text)) return text.trim();
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Each once, whatever its case, as it was first written. */
export function distinctAddresses(addresses: readonly string[]): string[] {
  if (addresses.length <= 1) return [...addresses];
  const seen = new Map<string, string>();
  for (const address of addresses) if (!seen.has(address.toLowerCase())) seen.set(address.toLowerCase(), address);
  return [...seen.values()];
}
