import { expect, it } from 'vitest';
import type { ServerNote } from './core/effects.ts';
import { logNote } from './note-log.ts';

function logged(note: ServerNote): { level: string; data: object; message: string }[] {
  const lines: { level: string; data: object; message: string }[] = [];
  const at = (level: string) => (data: object, message?: string) => void lines.push({ level, data, message: message ?? '' });
  logNote({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, note, 0);
  return lines;
}

it.each<[ServerNote, string, string]>([
  [{ kind: 'configuration-waits', deviceId: 'd1', waits: true }, 'debug', 'configuration-waits'],
  [{ kind: 'configuration-sent', deviceId: 'd1', version: '00ff' }, 'info', 'Configuration 00ff sent to d1.'],
  [
    { kind: 'bypass-code-issued', deviceId: 'd1', serialNumber: 'SN', expiresAt: 86_400_000 },
    'info',
    'A new Activation Lock bypass code for d1, good until 1970-01-02T00:00:00Z.',
  ],
  [
    { kind: 'outside-answered', deviceId: null, serialNumber: 'SN', service: 'activation', outcome: 'code-expired' },
    'info',
    'activation of SN: code-expired',
  ],
  [
    { kind: 'outside-answered', deviceId: null, serialNumber: null, service: 'sign-in', outcome: 'not-signed-in' },
    'info',
    'sign-in of an unknown device: not-signed-in',
  ],
  [{ kind: 'compliance-waits', deviceId: 'd1', waits: true }, 'debug', 'compliance-waits'],
  [
    { kind: 'compliance-changed', deviceId: 'd1', from: 'compliant', to: 'inGracePeriod' },
    'info',
    'Compliance of d1: compliant → inGracePeriod',
  ],
  [
    { kind: 'notification-sent', deviceId: null, notificationId: 'notification/1', groups: 1 },
    'info',
    'Custom notification notification/1 was sent to 1 group.',
  ],
  [
    { kind: 'notification-sent', deviceId: null, notificationId: 'notification/2', groups: 25 },
    'info',
    'Custom notification notification/2 was sent to 25 groups.',
  ],
  [
    { kind: 'notification-sent', deviceId: 'd1', notificationId: 'd1/notification/3', groups: 0 },
    'info',
    'A custom notification was sent to d1.',
  ],
  [
    { kind: 'notification-refused', deviceId: null, againAt: 86_400_000 },
    'info',
    'A custom notification to groups was refused: too many within an hour. It is possible again at 1970-01-02T00:00:00Z.',
  ],
  // One for each of very many devices.
  [{ kind: 'notification-pushed', deviceId: 'd1', notificationId: 'notification/1', outcome: 'delivered' }, 'debug', 'notification-pushed'],
  [
    {
      kind: 'noncompliance-action',
      deviceId: 'd1',
      policyId: 'p1',
      actionId: 'a1',
      action: 'remoteLock',
      dueAt: 86_400_000,
      outcome: 'skipped',
      why: 'Not for Windows.',
    },
    'info',
    'remoteLock for noncompliance of d1, of 1970-01-02T00:00:00Z: skipped (Not for Windows.)',
  ],
])('%o is a line in words, with its event and the stub’s time', (note, level, message) => {
  expect(logged(note)).toEqual([
    { level, message, data: expect.objectContaining({ event: note.kind, at: '1970-01-01T00:00:00Z' }) as object },
  ]);
});
