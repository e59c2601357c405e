import { describe, expect, it } from 'vitest';
import { readSmtpServerAddress, smtpUrl } from './smtp-server-address.ts';

describe('the address of a mail server', () => {
  it.each([
    [
      'smtp://mail.contoso.example',
      { host: 'mail.contoso.example', port: 25, isSecure: false, needsTls: false, trustsAny: false, login: null },
    ],
    ['smtps://mail.contoso.example/', { port: 465, isSecure: true, needsTls: false }],
    // A password goes over a network only where nobody can read it.
    ['smtp://it:p%40ss@mail.contoso.example:587', { port: 587, needsTls: true, login: { user: 'it', password: 'p@ss' } }],
    ['smtp://it:pass@127.0.0.1:1025', { host: '127.0.0.1', port: 1025, needsTls: false, trustsAny: true }],
    ['smtp://[::1]:1025', { host: '::1', trustsAny: true }],
  ])('%s', (text, address) => {
    expect(readSmtpServerAddress(text)).toMatchObject(address);
  });

  it.each([
    ['mail.contoso.example:25', 'smtp:// or smtps://'],
    ['http://it:hidden@mail.contoso.example', 'smtp:// or smtps://'],
    ['smtp://it:hidden@', 'smtp'],
    ['smtp://', 'a host is missing'],
    ['smtp://x.example:0', 'port 0'],
    ['smtp://x.example:99999', 'smtp:// or smtps://'],
    ['smtp://x.example/inbox', 'nothing may follow the port'],
    ['smtp://x.example?hidden', 'nothing may follow the port'],
    ['smtp://it:hidden%zz@x.example', '%25'],
    ['smtp://:hidden@x.example', 'a user'],
  ])('%s is refused in words that repeat no password', (text, sentence) => {
    const wrong = readSmtpServerAddress(text);
    expect(wrong).toContain(sentence);
    expect(wrong).not.toContain('hidden');
  });

  it('is written without its login', () => {
    expect(smtpUrl({ host: '::1', port: 25, isSecure: true })).toBe('smtps://[::1]:25');
  });
});
