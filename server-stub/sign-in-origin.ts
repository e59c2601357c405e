/** Two hosts of the real service in one door: where people sign in, for an address of Graph; and what tokens of Graph are for. */

export const graphResource = 'https://graph.microsoft.com';
const signInHost = 'https://login.microsoftonline.com';

/** Without a slash at the end. A stub of its own address signs in at that address. */
export function signInOrigin(url: string): string {
  const origin = originOf(url);
  return origin === graphResource ? signInHost : origin;
}

export function originOf(url: string): string {
  return new URL(url).origin;
}
