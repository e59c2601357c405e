/** `/devicelogin`: where a person types the code that a program shows, and signs in for it. A page for people, JSON for scripts. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { DeviceCodes } from './device-codes.ts';
import { signedInPerson } from './grants.ts';
import type { GraphTenant } from './graph/tenant.ts';
import type { PasswordCheck } from './password.ts';
import { readBody, readJson } from './request-body.ts';
import { SignInFault } from './sign-in-fault.ts';
import { wrongField } from './wrong-field.ts';

const fields = z.strictObject({
  userCode: z.string().min(1).max(32),
  userPrincipalName: z.string().min(1).max(256),
  password: z.string().min(1).max(256),
});

/** Nothing from elsewhere, nothing inline, no script: the page takes a password. */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const formBytesMax = 16 * 1024;
/** In the page, what is said above the form. */
const marker = '<!-- message -->';
const form = /<form[\s\S]*<\/form>/;

export interface DeviceLoginOptions {
  tenant: () => GraphTenant;
  codes: DeviceCodes;
  isPassword: PasswordCheck;
  pages: ((name: string) => string) | undefined;
}

export function deviceLoginRoutes({ tenant, codes, isPassword, pages }: DeviceLoginOptions): Hono {
  const routes = new Hono();
  /** @param isDone nothing is left to fill in */
  const page = (c: Context, message: string, status: 200 | 400, isDone = false) => {
    const text = (pages?.('device-login.html') ?? '').replace(marker, message === '' ? '' : `<p role="status">${message}</p>`);
    return c.body(isDone ? text.replace(form, '') : text, status, pageHeaders);
  };

  /** Says what is wrong, in words that stand as they are here; undefined: signed in. */
  const signIn = ({ userCode, userPrincipalName, password }: z.infer<typeof fields>): string | undefined => {
    const code = codes.ofPerson(userCode);
    if (code === undefined) return 'No program waits for this code: it is wrong, used, or has expired.';
    try {
      code.userId = signedInPerson(tenant(), userPrincipalName, password, isPassword).id;
      return undefined;
    } catch (error) {
      if (!(error instanceof SignInFault)) throw error;
      return error.code === '50057' ? 'This account is disabled.' : 'This name and password do not go together.';
    }
  };

  if (pages !== undefined) routes.get('/devicelogin', (c) => page(c, '', 200));
  routes.post('/devicelogin', async (c) => {
    const isForm = (c.req.header('content-type') ?? '').toLowerCase().startsWith('application/x-www-form-urlencoded');
    const body = isForm
      ? Object.fromEntries(new URLSearchParams((await readBody(c.req.raw, formBytesMax)) ?? ''))
      : await readJson(c.req.raw);
    const parsed = fields.safeParse(body);
    const wrong = parsed.success ? signIn(parsed.data) : 'Fill in all three fields.';
    if (isForm && pages !== undefined) {
      return wrong === undefined
        ? page(c, 'You are signed in. You can close this page and go back to the program.', 200, true)
        : page(c, wrong, 400);
    }
    if (wrong === undefined) return c.body(null, 204);
    const message = parsed.success ? wrong : `Send {"userCode","userPrincipalName","password"}. ${wrongField(body, parsed.error)}`;
    return c.json({ error: { code: 'device-login-refused', message } }, 400);
  });
  return routes;
}
