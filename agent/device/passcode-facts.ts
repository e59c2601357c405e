import type { PasscodeFacts } from '../../protocol/device-security.ts';

/** What a passcode is made of (protocol: no secret is in it). */
export function passcodeFacts(passcode: string, setAt: number): PasscodeFacts {
  const facts: PasscodeFacts = { length: passcode.length, simple: isSimple(passcode), lower: 0, upper: 0, digits: 0, symbols: 0, setAt };
  for (const character of passcode) {
    if (character >= '0' && character <= '9') facts.digits += 1;
    else if (/\p{Ll}/u.test(character)) facts.lower += 1;
    else if (/\p{L}/u.test(character)) facts.upper += 1;
    else facts.symbols += 1;
  }
  return facts;
}

/** One character again and again, or a row: 1111, 1234, dcba. */
function isSimple(passcode: string): boolean {
  const step = passcode.charCodeAt(1) - passcode.charCodeAt(0);
  if (passcode.length > 1 && Math.abs(step) > 1) return false;
  for (let index = 1; index < passcode.length; index += 1) {
    if (passcode.charCodeAt(index) - passcode.charCodeAt(index - 1) !== step) return false;
  }
  return true;
}
