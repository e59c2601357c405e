import { beforeEach, describe, expect, it } from 'vitest';
import { deviceObjectId } from './derived-guid.ts';
import { DirectoryBench, limited } from './directory.fixture.ts';

let bench: DirectoryBench;
let person: string;
let inner: string;
let outer: string;
beforeEach(() => {
  bench = new DirectoryBench();
  person = bench.person('pat').id;
  inner = bench.group('Inner', person);
  outer = bench.group('Outer', inner);
});

const post = (path: string, body: unknown) => bench.post(`/v1.0/${path}`, body).value;

describe('getMemberGroups and checkMemberGroups', () => {
  it('reach through groups, for people, groups and devices', () => {
    const both = [inner, outer].sort();
    const all = { securityEnabledOnly: false };
    expect(post('users/pat@contoso.example/getMemberGroups', all)).toEqual(both);
    expect(post(`users/${person}/microsoft.graph.getMemberObjects`, all)).toEqual(both);
    expect(post(`directoryObjects/${person}/getMemberGroups`, all)).toEqual(both);
    expect(post(`groups/${inner}/getMemberGroups`, all)).toEqual([outer]);
    const device = deviceObjectId(bench.enroll().id);
    const devices = bench.group('Devices', device);
    expect(post(`devices/${device}/checkMemberGroups`, { groupIds: [outer, devices.toUpperCase()] })).toEqual([devices]);
    expect(post(`users/${person}/checkMemberObjects`, { ids: [outer, devices] })).toEqual([outer]);
    bench.caller = limited(bench.person('pat'), 'User.Read');
    expect(post('me/checkMemberGroups', { groupIds: both })).toEqual(both);
  });

  it('tell groups for permissions from groups for mail', () => {
    const mail = { displayName: 'News', mailEnabled: true, mailNickname: 'news', securityEnabled: false, groupTypes: ['Unified'] };
    const { id } = bench.post('/v1.0/groups', { ...mail, 'members@odata.bind': [`https://graph.microsoft.com/v1.0/users/${person}`] });
    expect(post(`users/${person}/getMemberGroups`, { securityEnabledOnly: false })).toContain(id);
    expect(post(`users/${person}/getMemberGroups`, { securityEnabledOnly: true })).not.toContain(id);
  });

  it.each([
    ['getMemberGroups', undefined, /^400 BadRequest: Empty Payload/],
    ['getMemberGroups', {}, /^400 Request_BadRequest: A value is required for property 'securityEnabledOnly'/],
    [
      'getMemberGroups',
      { securityEnabledOnly: 'no' },
      /^400 Request_BadRequest: Invalid value specified for property 'securityEnabledOnly'/,
    ],
    ['getMemberGroups', { securityEnabledOnly: true, deep: true }, /^400 Request_BadRequest: The property 'deep' does not exist/],
    [
      'checkMemberGroups',
      { groupIds: Array.from({ length: 21 }, () => 'x') },
      /^400 Request_BadRequest: Invalid value specified for property 'groupIds'/,
    ],
  ])('%s refuses %j', (name, body, outcome) => {
    expect(bench.outcome('POST', `/v1.0/users/${person}/${name}`, body)).toMatch(outcome);
  });

  it('are nobody’s where there is nobody, and are no page', () => {
    expect(bench.outcome('POST', `/v1.0/groups/${person}/getMemberGroups`, { securityEnabledOnly: true })).toMatch(
      /^404 Request_ResourceNotFound/,
    );
    expect(bench.outcome('GET', `/v1.0/users/${person}/getMemberGroups`)).toMatch(/^405 /);
  });
});
