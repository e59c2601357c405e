/** Microsoft's client signs in as programs do, by a credential of @azure/identity, and may do what the program was granted. */
import { ClientSecretCredential, DeviceCodeCredential, UsernamePasswordCredential } from '@azure/identity';
import type { ManagedDevice } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilAnswered } from '../until.ts';
import { type ClientWorld, clientOf, clientWith, control, type OpenWorld, refusal, type WorldDevice } from './world.ts';

const devices = '/deviceManagement/managedDevices';
const domain = 'contoso.example';
const anything = 'https://graph.microsoft.com/.default';
/** Microsoft's own program for scripts, which every tenant knows. */
const powerShell = '14d82eec-204b-4c2f-b7e8-296a70dab67e';
const reader = { clientId: '7d1a1c52-7a5b-4f0c-9a63-2f3d0a6a0001', secret: 'secret of the reader' };
const operator = { clientId: '7d1a1c52-7a5b-4f0c-9a63-2f3d0a6a0002', secret: 'secret of the operator' };

export function describeSignIn(open: OpenWorld): void {
  describe('M-05 the client signs in by a credential of @azure/identity', () => {
    let world: ClientWorld;
    let phone: WorldDevice;
    beforeAll(async () => {
      world = await open({
        users: [
          { userPrincipalName: 'bob@contoso.example', token: 'token-of-bob' },
          { userPrincipalName: 'olga@contoso.example', roles: ['Help Desk Operator'], token: 'token-of-olga', password: 'Secret-of-Olga' },
        ],
        applications: [
          { displayName: 'Reader', ...reader, permissions: ['DeviceManagementManagedDevices.Read.All'] },
          {
            displayName: 'Operator',
            ...operator,
            permissions: ['DeviceManagementManagedDevices.PrivilegedOperations.All', 'DeviceManagementApps.Read.All', 'Mail.Send'],
          },
        ],
      });
      phone = await world.device({ name: 'phone', platform: 'ios' });
    });
    afterAll(() => world.close());

    const credential = ({ clientId, secret }: typeof reader) => new ClientSecretCredential(domain, clientId, secret, world.identity);
    const as = (program: typeof reader) => clientOf(world, credential(program));

    it('as a program that may read', async () => {
      const { value } = (await as(reader).api(devices).get()) as { value: ManagedDevice[] };
      expect(value).toMatchObject([{ id: phone.id }]);
      expect(await refusal(as(reader).api(`${devices}/${phone.id}/remoteLock`).post(null))).toMatchObject({
        statusCode: 403,
        code: 'Forbidden',
        message: expect.stringContaining('DeviceManagementManagedDevices.PrivilegedOperations.All'),
      });
      expect(await refusal(as(reader).api(`${devices}/${phone.id}`).delete())).toMatchObject({ statusCode: 403, code: 'Forbidden' });
      expect(await refusal(as(reader).api('/users').get())).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
    });

    it('as a program that may act, under its own name in the audit log', async () => {
      await as(operator).api(`${devices}/${phone.id}/syncDevice`).post(null);
      const events = await clientWith(world).api('/deviceManagement/auditEvents').get();
      expect(events.value[0]).toMatchObject({
        activityType: 'syncDevice ManagedDevice',
        actor: { applicationId: operator.clientId, applicationDisplayName: 'Operator', userPrincipalName: null },
      });
      expect(await refusal(as(operator).api('/deviceManagement/auditEvents').get())).toBeUndefined();
      expect(await refusal(as(operator).api('/me').get())).toMatchObject({ statusCode: 400 });
    });

    it('as a program that sends mail in the name of people', async () => {
      const message = {
        subject: 'Your phone was locked',
        body: { contentType: 'HTML', content: '<p>Call us.</p>' },
        toRecipients: [{ emailAddress: { address: 'olga@contoso.example', name: 'Olga' } }],
      };
      await as(operator).api('/users/bob@contoso.example/sendMail').post({ message });
      // A real one goes over SMTP, and takes a moment.
      const mails = await untilAnswered('the mail', async () => {
        const arrived = (await control(world, 'mail')) as unknown[];
        return arrived.length > 0 && arrived;
      });
      expect(mails).toMatchObject([
        { from: 'bob@contoso.example', to: ['olga@contoso.example'], subject: 'Your phone was locked', contentType: 'html' },
      ]);
      expect(await refusal(as(reader).api('/users/bob@contoso.example/sendMail').post({ message }))).toMatchObject({ statusCode: 403 });
    });

    it('and is refused with a wrong secret, or as nobody', async () => {
      const wrong = credential({ ...reader, secret: 'a guess' }).getToken(anything);
      await expect(wrong).rejects.toThrow(/AADSTS7000215/);
      const nobody = credential({ ...reader, clientId: '7d1a1c52-7a5b-4f0c-9a63-2f3d0a6affff' }).getToken(anything);
      await expect(nobody).rejects.toThrow(/AADSTS700016/);
    });

    it('as a person with a password', async () => {
      const olga = (password: string) =>
        new UsernamePasswordCredential(domain, powerShell, 'olga@contoso.example', password, world.identity);
      const client = clientOf(world, olga('Secret-of-Olga'));
      expect(await client.api('/me').get()).toMatchObject({ userPrincipalName: 'olga@contoso.example' });
      await client.api(`${devices}/${phone.id}/syncDevice`).post(null);
      expect(await refusal(client.api(`${devices}/${phone.id}`).delete())).toMatchObject({ statusCode: 403, code: 'Forbidden' });
      await expect(olga('a guess').getToken(anything)).rejects.toThrow(/AADSTS50126/);
    });

    it('as a person who types a code in a browser', async () => {
      const byCode = new DeviceCodeCredential({
        ...world.identity,
        tenantId: domain,
        clientId: powerShell,
        async userPromptCallback({ userCode }) {
          const body = JSON.stringify({ userCode, userPrincipalName: 'olga@contoso.example', password: 'Secret-of-Olga' });
          const headers = { 'content-type': 'application/json' };
          const { authorityHost = 'https://login.microsoftonline.com' } = world.identity;
          const answer = await fetch(`${authorityHost}/devicelogin`, { ...world.fetchOptions, method: 'POST', headers, body });
          if (!answer.ok) throw new Error(`The code was not taken: ${answer.status} ${await answer.text()}`);
        },
      });
      expect(await clientOf(world, byCode).api('/me').get()).toMatchObject({ userPrincipalName: 'olga@contoso.example' });
    });

    it('people by tokens of theirs may do what their roles say', async () => {
      const lock = `${devices}/${phone.id}/remoteLock`;
      expect(await refusal(clientWith(world, 'token-of-bob').api(lock).post(null))).toMatchObject({ statusCode: 403, code: 'Forbidden' });
      await clientWith(world, 'token-of-olga').api(lock).post(null);
      expect(await refusal(clientWith(world, 'token-of-olga').api(`${devices}/${phone.id}`).delete())).toMatchObject({ statusCode: 403 });
    });

    it.each(['nonsense', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwczovL2dyYXBoLm1pY3Jvc29mdC5jb20ifQ.'])(
      'and nobody by the token %s',
      async (token) => {
        expect(await refusal(clientWith(world, token).api(devices).get())).toMatchObject({
          statusCode: 401,
          code: 'InvalidAuthenticationToken',
        });
      },
    );
  });
}
