/** Microsoft's client and the people of a tenant: users, groups, roles, mail. */
import type { Client } from '@microsoft/microsoft-graph-client';
import type { Group, ManagedDevice, RoleAssignment, RoleDefinition, User } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientWorld, clientWith, control, type OpenWorld, refusal } from './world.ts';

const devices = '/deviceManagement/managedDevices';
const helpDesk = 'help-desk-token-of-bob';

export function describeDirectory(open: OpenWorld): void {
  describe('M-05 the client and the people of a tenant', () => {
    let world: ClientWorld;
    let client: Client;
    beforeAll(async () => {
      world = await open({
        users: [
          { userPrincipalName: 'bob@contoso.example', displayName: 'Bob Stone', token: helpDesk },
          { userPrincipalName: 'carol@contoso.example', displayName: 'Carol Kim', jobTitle: 'Nurse', department: 'Ward 3' },
        ],
        groups: [
          { displayName: 'Field', members: ['carol@contoso.example', 'Leads'] },
          { displayName: 'Leads', members: ['bob@contoso.example'] },
        ],
      });
      client = clientWith(world);
    });
    afterAll(() => world.close());

    const value = async <T>(call: Promise<{ value: T[] }>): Promise<T[]> => (await call).value;
    const groupNamed = async (displayName: string): Promise<Group> => {
      const [group] = await value<Group>(client.api('/groups').filter(`displayName eq '${displayName}'`).get());
      if (group === undefined) throw new Error(`There is no group ${displayName}.`);
      return group;
    };

    it('reads users: the default properties, others by $select, one by id or by name', async () => {
      const [carol] = await value<User>(client.api('/users').filter("startswith(displayName,'Carol')").get());
      expect(carol).toMatchObject({ userPrincipalName: 'carol@contoso.example', jobTitle: 'Nurse', businessPhones: [] });
      expect(carol).not.toHaveProperty('department');
      expect(await client.api(`/users/${carol?.id}`).select('department').get()).toMatchObject({ department: 'Ward 3' });
      expect(await client.api('/users/carol@contoso.example').get()).toMatchObject({ id: carol?.id, displayName: 'Carol Kim' });
      const counted = client
        .api('/users')
        .header('ConsistencyLevel', 'eventual')
        .count(true)
        .search('"displayName:car"')
        .select('displayName');
      expect(await counted.get()).toMatchObject({ '@odata.count': 1, value: [{ displayName: 'Carol Kim' }] });
    });

    it('makes, changes and deletes a user', async () => {
      const made = (await client.api('/users').post({
        accountEnabled: true,
        displayName: 'Dan Ray',
        mailNickname: 'dan',
        userPrincipalName: 'dan@contoso.example',
        passwordProfile: { password: 'Correct-Horse-1', forceChangePasswordNextSignIn: false },
      })) as User;
      expect(made).toMatchObject({ displayName: 'Dan Ray', userPrincipalName: 'dan@contoso.example' });
      expect(JSON.stringify(made)).not.toContain('Correct-Horse-1');
      await client.api(`/users/${made.id}`).patch({ jobTitle: 'Doctor' });
      expect(await client.api(`/users/${made.id}`).get()).toMatchObject({ jobTitle: 'Doctor' });
      await client.api(`/users/${made.id}`).delete();
      expect(await refusal(client.api(`/users/${made.id}`).get())).toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound' });
    });

    it('makes a group and changes its members', async () => {
      const carol = (await client.api('/users/carol@contoso.example').get()) as User;
      const group = (await client
        .api('/groups')
        .post({ displayName: 'Night shift', mailEnabled: false, mailNickname: 'night', securityEnabled: true })) as Group;
      const members = () => value<User>(client.api(`/groups/${group.id}/members`).get());
      await client.api(`/groups/${group.id}/members/$ref`).post({ '@odata.id': `${world.url}/v1.0/directoryObjects/${carol.id}` });
      expect(await members()).toMatchObject([{ '@odata.type': '#microsoft.graph.user', id: carol.id, displayName: 'Carol Kim' }]);
      const twice = client.api(`/groups/${group.id}/members/$ref`).post({ '@odata.id': `${world.url}/v1.0/users/${carol.id}` });
      expect(await refusal(twice)).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
      expect(await client.api(`/groups/${group.id}`).expand('members').get()).toMatchObject({ members: [{ id: carol.id }] });
      await client.api(`/groups/${group.id}/members/${carol.id}/$ref`).delete();
      expect(await members()).toEqual([]);
      await client.api(`/groups/${group.id}`).patch({
        description: 'From ten to six',
        'members@odata.bind': [`${world.url}/v1.0/directoryObjects/${carol.id}`],
      });
      expect(await client.api(`/groups/${group.id}`).get()).toMatchObject({ displayName: 'Night shift', description: 'From ten to six' });
      expect(await members()).toMatchObject([{ id: carol.id }]);
      await client.api(`/groups/${group.id}/owners/$ref`).post({ '@odata.id': `${world.url}/v1.0/users/${carol.id}` });
      expect(await value<User>(client.api(`/groups/${group.id}/owners`).get())).toMatchObject([{ id: carol.id }]);
      await client.api(`/groups/${group.id}/owners/${carol.id}/$ref`).delete();
      expect(await value<User>(client.api(`/groups/${group.id}/owners`).get())).toEqual([]);
      const both = await value<object>(
        client.api('/directoryObjects/getByIds').post({ ids: [carol.id, group.id], types: ['user', 'group'] }),
      );
      expect(both).toMatchObject([
        { '@odata.type': '#microsoft.graph.user', id: carol.id },
        { '@odata.type': '#microsoft.graph.group', id: group.id },
      ]);
      await client.api(`/groups/${group.id}`).delete();
      expect(await refusal(members())).toMatchObject({ statusCode: 404 });
    });

    it('follows memberships through groups of groups', async () => {
      const field = await groupNamed('Field');
      const names = (list: (User | Group)[]) => list.map(({ displayName }) => displayName).sort();
      expect(names(await value<User>(client.api(`/groups/${field.id}/members`).get()))).toEqual(['Carol Kim', 'Leads']);
      expect(names(await value<User>(client.api(`/groups/${field.id}/transitiveMembers`).get()))).toEqual([
        'Bob Stone',
        'Carol Kim',
        'Leads',
      ]);
      expect(names(await value<Group>(client.api('/users/bob@contoso.example/memberOf').get()))).toEqual(['Leads']);
      expect(names(await value<Group>(client.api('/users/bob@contoso.example/transitiveMemberOf').get()))).toEqual(['Field', 'Leads']);
    });

    it('says who it is, and which devices are its own', async () => {
      const bob = clientWith(world, helpDesk);
      const phone = await world.device({ name: 'bobs-phone', platform: 'ios', user: 'bob@contoso.example' });
      await world.device({ name: 'carols-phone', platform: 'ios', user: 'carol@contoso.example' });
      expect(await bob.api('/me').get()).toMatchObject({ userPrincipalName: 'bob@contoso.example' });
      expect(await client.api('/me').select('userPrincipalName').get()).toMatchObject({ userPrincipalName: 'admin@contoso.example' });
      const whose = await value<ManagedDevice>(client.api('/users/bob@contoso.example/managedDevices').get());
      expect(whose).toMatchObject([{ id: phone.id, userDisplayName: 'Bob Stone' }]);
      expect(await value<ManagedDevice>(bob.api('/me/managedDevices').get())).toMatchObject([{ id: phone.id }]);
      const [entry] = await value<{ deviceId: string }>(client.api('/devices').filter("displayName eq 'bobs-phone'").get());
      const { azureADDeviceId } = (await client.api(`${devices}/${phone.id}`).get()) as ManagedDevice;
      expect(entry).toMatchObject({ deviceId: azureADDeviceId, isManaged: true });
    });

    it('M-05 gives a role to a group: its people can lock, and still not wipe', async () => {
      const bob = clientWith(world, helpDesk);
      const phone = await world.device({ name: 'locked', platform: 'ios' });
      expect(await refusal(bob.api(devices).get())).toMatchObject({ statusCode: 403, code: 'Forbidden' });
      const roles = await value<RoleDefinition>(client.api('/deviceManagement/roleDefinitions').get());
      const role = roles.find(({ displayName }) => displayName === 'Help Desk Operator');
      expect(role).toMatchObject({ isBuiltIn: true });
      const leads = await groupNamed('Leads');
      const assignment = (await client
        .api('/deviceManagement/roleAssignments')
        .version('beta')
        .post({
          displayName: 'Bob helps',
          members: [leads.id],
          scopeType: 'allDevicesAndLicensedUsers',
          'roleDefinition@odata.bind': `${world.url}/beta/deviceManagement/roleDefinitions/${role?.id}`,
        })) as RoleAssignment;
      expect(await value<RoleAssignment>(client.api(`/deviceManagement/roleDefinitions/${role?.id}/roleAssignments`).get())).toMatchObject([
        { id: assignment.id, displayName: 'Bob helps' },
      ]);
      await bob.api(`${devices}/${phone.id}/remoteLock`).post(null);
      const path = `/deviceManagement/roleAssignments/${assignment.id}`;
      await client.api(path).patch({ description: 'Until May' });
      expect(await client.api(path).get()).toMatchObject({ displayName: 'Bob helps', description: 'Until May' });
      const [expanded] = await value<RoleDefinition>(
        client
          .api('/deviceManagement/roleDefinitions')
          .filter(`id eq '${role?.id}'`)
          .expand('roleAssignments($select=id,displayName)')
          .get(),
      );
      expect(expanded).toMatchObject({ roleAssignments: [{ id: assignment.id, displayName: 'Bob helps' }] });
      expect(await refusal(bob.api(`${devices}/${phone.id}`).delete())).toMatchObject({ statusCode: 403, code: 'Forbidden' });
      const { value: events } = (await client
        .api('/deviceManagement/auditEvents')
        .filter("activityType eq 'create RoleAssignment'")
        .get()) as {
        value: object[];
      };
      expect(events).toMatchObject([{ category: 'Role', resources: [{ resourceId: assignment.id, displayName: 'Bob helps' }] }]);
      await client.api(path).delete();
      expect(await refusal(bob.api(devices).get())).toMatchObject({ statusCode: 403 });
    });

    it('makes a role of its own', async () => {
      const made = (await client.api('/deviceManagement/roleDefinitions').post({
        '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleDefinition',
        displayName: 'Wipers',
        description: 'May wipe',
        rolePermissions: [{ resourceActions: [{ allowedResourceActions: ['Microsoft.Intune_RemoteTasks_Wipe'] }] }],
      })) as RoleDefinition;
      const path = `/deviceManagement/roleDefinitions/${made.id}`;
      expect(await client.api(path).get()).toMatchObject({ displayName: 'Wipers', isBuiltIn: false });
      await client.api(path).patch({ displayName: 'Wipers and more' });
      expect(await client.api(path).get()).toMatchObject({ displayName: 'Wipers and more' });
      await client.api(path).delete();
      expect(await refusal(client.api(path).get())).toMatchObject({ statusCode: 404 });
    });

    it('sends a mail', async () => {
      const message = {
        subject: 'Your phone was wiped',
        body: { contentType: 'Text', content: 'Set it up again.' },
        toRecipients: [{ emailAddress: { address: 'carol@contoso.example' } }],
      };
      await client.api('/me/sendMail').post({ message, saveToSentItems: false });
      const another = { message: { ...message, subject: 'Another' } };
      await clientWith(world, helpDesk).api('/me/sendMail').post(another);
      // In the name of somebody else only a program sends.
      const forged = client.api('/users/bob@contoso.example/sendMail').post(another);
      expect(await refusal(forged)).toMatchObject({ statusCode: 403, code: 'ErrorAccessDenied' });
      expect(await control(world, 'mail')).toMatchObject([
        { from: 'bob@contoso.example', subject: 'Another' },
        { from: 'admin@contoso.example', to: ['carol@contoso.example'], subject: 'Your phone was wiped', body: 'Set it up again.' },
      ]);
    });
  });
}
