/** Microsoft's client and Conditional Access: policies, and what the sign-in log says of an app that came under one. */
import type { Client } from '@microsoft/microsoft-graph-client';
import type { ConditionalAccessPolicy, SignIn } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientWorld, clientWith, type OpenWorld, refusal, signInOf, type WorldDevice } from './world.ts';

const path = '/identity/conditionalAccess/policies';

export function describeConditionalAccess(open: OpenWorld): void {
  describe('M-05 the client and Conditional Access', () => {
    let world: ClientWorld;
    let client: Client;
    let phone: WorldDevice;
    beforeAll(async () => {
      world = await open();
      client = clientWith(world);
      phone = await world.device({ name: 'phone', user: 'adele@contoso.example' });
    });
    afterAll(() => world.close());

    const newest = async (): Promise<SignIn> => (await client.api('/auditLogs/signIns').top(1).get()).value[0];

    it('NC-12 blocks nobody without a policy; with one each sign-in is decided on, and the log says why', async () => {
      expect(await signInOf(world, phone, 'outlook')).toMatchObject({ allowed: true });
      expect(await newest()).toMatchObject({ conditionalAccessStatus: 'notApplied', status: { errorCode: 0 } });
      const made = (await client.api(path).post({
        displayName: 'Nobody reads mail',
        state: 'enabled',
        conditions: {
          clientAppTypes: ['all'],
          users: { includeUsers: ['All'], excludeUsers: [] },
          applications: { includeApplications: ['00000002-0000-0ff1-ce00-000000000000'] },
        },
        grantControls: { operator: 'OR', builtInControls: ['block'] },
      })) as ConditionalAccessPolicy;
      expect(await signInOf(world, phone, 'outlook')).toEqual({ allowed: false, reason: 'access-blocked' });
      const refused = await newest();
      expect(refused).toMatchObject({
        userPrincipalName: 'adele@contoso.example',
        resourceDisplayName: 'Office 365 Exchange Online',
        conditionalAccessStatus: 'failure',
        status: { errorCode: 53003 },
        appliedConditionalAccessPolicies: [{ id: made.id, result: 'failure', enforcedGrantControls: ['Block'] }],
      });
      expect(await client.api(`/auditLogs/signIns/${refused.id}`).get()).toMatchObject({ id: refused.id, status: { errorCode: 53003 } });
      expect(await signInOf(world, phone, 'teams')).toMatchObject({ allowed: true });
      const grantControls = { operator: 'OR', builtInControls: ['compliantDevice'] };
      await client.api(`${path}/${made.id}`).patch({ displayName: 'Compliant devices only', grantControls });
      const answer = await signInOf(world, phone, 'outlook');
      expect(answer).toMatchObject({ allowed: true });
      expect(await newest()).toMatchObject({ conditionalAccessStatus: 'success', deviceDetail: { isCompliant: true, isManaged: true } });
      await client.api('/deviceManagement').patch({ settings: { secureByDefault: true } });
      expect(await signInOf(world, phone, 'outlook')).toEqual({ allowed: false, reason: 'device-not-compliant' });
      const failed = client.api('/auditLogs/signIns').filter("conditionalAccessStatus eq 'failure' and status/errorCode eq 53000");
      expect((await failed.get()).value).toMatchObject([{ appliedConditionalAccessPolicies: [{ displayName: 'Compliant devices only' }] }]);
      await client.api(`${path}/${made.id}`).delete();
      expect(await signInOf(world, phone, 'outlook')).toMatchObject({ allowed: true });
      expect(await refusal(client.api(`${path}/${made.id}`).get())).toMatchObject({ statusCode: 404 });
    });

    it('is told which field of a policy is wrong', async () => {
      const policy = { displayName: 'x', state: 'enabled', conditions: { users: {}, applications: { includeApplications: ['All'] } } };
      const error = await refusal(client.api(path).version('beta').post(policy));
      expect(error).toMatchObject({ statusCode: 400, code: 'BadRequest' });
      expect(error?.message).toContain('conditions.users');
    });
  });
}
