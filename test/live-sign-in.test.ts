/** Microsoft's credential library, unchanged, at the sign-in of a stub on a real port. */
import { join } from 'node:path';
import { ClientSecretCredential, DeviceCodeCredential, type TokenCredentialOptions, UsernamePasswordCredential } from '@azure/identity';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { secretHash } from '../server-stub/core/secret.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import { scratch } from './support/scratch.ts';
import { adminToken, managedDevices, openTenant, type Tenant } from './support/tenant.ts';

const graph = 'https://graph.microsoft.com/.default';
const appId = 'f1000000-0000-4000-8000-000000000001';
const graphPowerShell = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant();
  tenant.stub.inside.tenant().directory.save('application', {
    id: 'f0000000-0000-4000-8000-000000000001',
    appId,
    displayName: 'Automation',
    secretHashes: [secretHash('s3cret')],
    permissions: ['DeviceManagementManagedDevices.Read.All'],
    delegatedPermissions: [],
    isPublicClient: false,
    createdAt: 0,
  });
});
afterEach(() => tenant.close());

type Options = TokenCredentialOptions & { tlsOptions: { ca: string }; disableInstanceDiscovery: true };
const options = (): Options => ({
  authorityHost: tenant.server.url,
  disableInstanceDiscovery: true,
  tlsOptions: { ca: tenant.authority.certificatePem },
  retryOptions: { maxRetries: 0 },
});
const tenantId = () => tenant.stub.inside.tenant().directory.organization().id;
const list = async (token: string) => (await tenant.call('GET', managedDevices, undefined, token)).status;

it('ClientSecretCredential signs a program in, by tenant id and by domain; a wrong secret is told by its number', async () => {
  for (const name of [tenantId(), 'contoso.example']) {
    const { token, expiresOnTimestamp } = await new ClientSecretCredential(name, appId, 's3cret', options()).getToken(graph);
    expect(expiresOnTimestamp).toBeGreaterThan(Date.now());
    expect(await list(token)).toBe(200);
    // It may read, and no more.
    expect((await tenant.call('DELETE', `${managedDevices}/f2000000-0000-4000-8000-000000000001`, undefined, token)).status).toBe(403);
  }
  const wrong = new ClientSecretCredential(tenantId(), appId, 'other', options()).getToken(graph);
  await expect(wrong).rejects.toThrow(/AADSTS7000215/);
  const elsewhere = new ClientSecretCredential('f9000000-0000-4000-8000-000000000009', appId, 's3cret', options()).getToken(graph);
  await expect(elsewhere).rejects.toThrow(/AADSTS90002|endpoints_resolution_error/);
});

it('UsernamePasswordCredential signs a person in through a public client; a wrong password is told by its number', async () => {
  const credential = new UsernamePasswordCredential(tenantId(), graphPowerShell, 'admin@contoso.example', adminToken, options());
  const { token } = await credential.getToken(graph);
  expect(await list(token)).toBe(200);
  const wrong = new UsernamePasswordCredential(tenantId(), graphPowerShell, 'admin@contoso.example', 'other', options());
  await expect(wrong.getToken(graph)).rejects.toThrow(/AADSTS50126/);
});

it('DeviceCodeCredential waits until a person has typed the code and signed in', async () => {
  const credential = new DeviceCodeCredential({
    ...options(),
    tenantId: tenantId(),
    clientId: graphPowerShell,
    async userPromptCallback({ userCode, verificationUri }) {
      expect(verificationUri).toBe(`${tenant.server.url}/devicelogin`);
      const body = { userCode, userPrincipalName: 'admin@contoso.example', password: adminToken };
      expect((await tenant.call('POST', '/devicelogin', body)).status).toBe(204);
    },
  });
  const { token } = await credential.getToken('DeviceManagementManagedDevices.Read.All');
  expect(await list(token)).toBe(200);
  expect((await tenant.call('GET', '/beta/deviceManagement/auditEvents', undefined, token)).status).toBe(403);
  // From its cache or by a refresh token: nobody is asked again.
  expect((await credential.getToken('DeviceManagementManagedDevices.Read.All')).token).toBe(token);
});

it('an access token outlives the process: its key is in the store', async () => {
  const path = join(scratch(), 'tenant.sqlite');
  const signIn = async (name: string) => {
    const first = await openTenant({ store: openSqliteStore(name) });
    const settings = {
      authorityHost: first.server.url,
      tlsOptions: { ca: first.authority.certificatePem },
      disableInstanceDiscovery: true,
    };
    const id = first.stub.inside.tenant().directory.organization().id;
    const credential = new UsernamePasswordCredential(id, graphPowerShell, 'admin@contoso.example', adminToken, settings);
    const { token } = await credential.getToken(graph);
    await first.close();
    return token;
  };
  const ours = await signIn(path);
  const anothers = await signIn(':memory:');
  const second = await openTenant({ store: openSqliteStore(path) });
  try {
    expect((await second.call('GET', managedDevices, undefined, ours)).status).toBe(200);
    const refused = await second.call('GET', managedDevices, undefined, anothers);
    expect([refused.status, refused.body.error.message]).toEqual([401, 'Access token validation failure. Invalid signature.']);
  } finally {
    await second.close();
  }
});
