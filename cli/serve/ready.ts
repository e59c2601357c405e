/** What `mockfleet serve` says when it is ready. */
import { shellWord } from '../shell-word.ts';
import { stateFolderDefault } from '../state-folder.ts';

export interface Ready {
  url: string;
  devices: string;
  portal: string;
  token: string;
  enrollmentToken: string;
  ca: string;
  state: string;
  /** Where the tenant's mails go. */
  smtp: string;
  mailbox: string;
  /** For browsers. */
  console: string;
}

export function readyText(ready: Ready, { token, time }: { token: string; time: string }): string {
  const { url, devices, portal, ca, enrollmentToken, smtp } = ready;
  const lines = [
    ['console', `${ready.console}  (sign in with the token)`],
    ['token', token],
    ['Graph', `${url}/v1.0`],
    ['devices', devices],
    ['portal', `${portal} (a device\u2019s user)`],
    ['password', `${enrollmentToken} (of users without one of their own; it enrols devices, too)`],
    ['CA', ca],
    ['mail', `${smtp} (\`mockfleet mail\` shows what arrived)`],
    ['time', time],
  ] as const;
  return `mockfleet is ready.\n\n${lines.map(([name, text]) => `  ${name.padEnd(8)}  ${text}\n`).join('')}\n`;
}

export function hints(state: string): string {
  const elsewhere = (option: string) => (state === stateFolderDefault ? '' : ` --${option} ${shellWord(state)}`);
  return `Try, in another terminal:\n  mockfleet agent --platform ios${elsewhere('stub')}\n  mockfleet devices add --platform ios --count 3${elsewhere('state')}\n  mockfleet devices list${elsewhere('state')}\n  mockfleet clock advance 366d${elsewhere('state')}`;
}
