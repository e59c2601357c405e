/** Access tokens by OAuth 2.0, from a stub's sign-in or from Microsoft's. */
import { CommandError, wrongUse } from './errors.ts';
import { send } from './http.ts';

/** Microsoft Graph Command Line Tools: a public client that every tenant knows. */
const publicClientId = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

export interface SignIn {
  /** Of the tenant: `https://login.microsoftonline.com/contoso.example/oauth2/v2.0`. */
  url: string;
  scope: string;
  ca: string | undefined;
}

export interface Tokens {
  access_token: string;
  /** Seconds. */
  expires_in: number;
  token_type: string;
  scope?: string;
}

interface Client {
  id: string | undefined;
  secret: string | undefined;
}

/** As the program itself. @throws CommandError */
export async function clientCredentials(signIn: SignIn, { id, secret }: Client): Promise<Tokens> {
  if (id === undefined || secret === undefined) {
    throw wrongUse('To sign in as a program takes --client-id and --client-secret (or MOCKFLEET_CLIENT_ID and MOCKFLEET_CLIENT_SECRET).');
  }
  return tokensOf(
    await ask(signIn, 'token', { grant_type: 'client_credentials', client_id: id, client_secret: secret, scope: signIn.scope }),
  );
}

/** As a person, with a password. @throws CommandError */
export async function password(signIn: SignIn, client: Client, person: { user: string; password: string }): Promise<Tokens> {
  const { user: username, password } = person;
  return tokensOf(await ask(signIn, 'token', { grant_type: 'password', ...clientForm(client), username, password, scope: signIn.scope }));
}

/** As a person who types a code elsewhere. @param tell what the person has to do @throws CommandError */
export async function deviceCode(signIn: SignIn, client: Client, tell: (sentence: string) => void): Promise<Tokens> {
  const started = await ask(signIn, 'devicecode', { ...clientForm(client), scope: signIn.scope });
  if (started.status !== 200) throw refusal(started);
  const { device_code, interval, message } = started.body as { device_code: string; interval?: number; message: string };
  tell(message);
  let seconds = interval ?? 5;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', ...clientForm(client), device_code };
    const answer = await ask(signIn, 'token', form);
    const { error } = (answer.body ?? {}) as { error?: string };
    if (error === 'slow_down') seconds += 5;
    else if (error !== 'authorization_pending') return tokensOf(answer);
  }
}

function clientForm({ id, secret }: Client): Record<string, string> {
  return { client_id: id ?? publicClientId, ...(secret === undefined ? {} : { client_secret: secret }) };
}

interface SignInAnswer {
  status: number;
  body: unknown;
}

function ask({ url, ca }: SignIn, path: string, form: Record<string, string>): Promise<SignInAnswer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return send(`${url}/${path}`, { method: 'POST', ca, headers, payload: new URLSearchParams(form).toString() });
}

function tokensOf(answer: SignInAnswer): Tokens {
  const tokens = answer.body as Partial<Tokens> | undefined;
  if (answer.status !== 200 || typeof tokens?.access_token !== 'string') throw refusal(answer);
  return tokens as Tokens;
}

/** The first line says what is wrong; those below are for Microsoft's support. */
function refusal({ status, body }: SignInAnswer): CommandError {
  const { error, error_description: description } = (body ?? {}) as { error?: string; error_description?: string };
  const [sentence] = (description ?? `The sign-in answered ${status}.`).split(/\r?\n|Trace ID:/);
  return new CommandError(error ?? 'sign-in-failed', (sentence ?? '').trim());
}
