/**
 * Every answer is typed by Microsoft's type packages (issue 4): each property that Graph serves here is declared there, and each value is
 * of the declared type. What an endpoint answers with, the declarations say too: its path is walked through them from its first segment.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { firstAdministratorCaller } from '../server-stub/core/people.ts';
import { azureDeviceId } from '../server-stub/graph/derived-guid.ts';
import type { GraphVersion } from '../server-stub/graph/endpoint.ts';
import { ask } from '../server-stub/graph/fake-tenant.contract.ts';
import { endpoints } from '../server-stub/graph/graph.ts';
import { type DeclaredTypes, readDeclaredTypes } from './support/declared-types.ts';
import { actionsOfDevices, actionsSeen, everything } from './support/everything.ts';

/** Served on purpose although the packages do not declare it, with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  'v1.0 managementState is not declared in ManagedDevice': 'served by v1.0 since 2026; the types of 2.43.1 do not have it yet',
};

/** What the first segment of a path is. */
const roots: Readonly<Record<string, { name: string; isList: boolean }>> = {
  deviceManagement: { name: 'DeviceManagement', isList: false },
  users: { name: 'User', isList: true },
  me: { name: 'User', isList: false },
  groups: { name: 'Group', isList: true },
  devices: { name: 'Device', isList: true },
  directoryObjects: { name: 'DirectoryObject', isList: true },
  organization: { name: 'Organization', isList: true },
  applications: { name: 'Application', isList: true },
  servicePrincipals: { name: 'ServicePrincipal', isList: true },
  identity: { name: 'IdentityContainer', isList: false },
  auditLogs: { name: 'AuditLogRoot', isList: false },
};

/** What functions answer with. */
const functions: Readonly<Record<string, { name: string; isList: boolean }>> = {
  getauditcategories: { name: 'string', isList: true },
  getauditactivitytypes: { name: 'string', isList: true },
  getfilevaultkey: { name: 'string', isList: false },
  geteffectivepermissions: { name: 'RolePermission', isList: true },
  getdevicesscheduledtoretire: { name: 'RetireScheduledManagedDevice', isList: true },
};

const packages: Readonly<Record<GraphVersion, string>> = { 'v1.0': 'microsoft-graph-types', beta: 'microsoft-graph-types-beta' };
const itemsMax = 200;

const bench = everything();
const caller = firstAdministratorCaller();
const get = (url: string) => ask(bench.tenant, 'GET', url, { caller, now: bench.now, headers: { consistencylevel: 'eventual' } });
const read = (url: string) => JSON.parse(get(url).body) as { value?: unknown[] } & Record<string, unknown>;

const declarations = {} as Record<GraphVersion, DeclaredTypes>;
beforeAll(() => {
  for (const version of ['v1.0', 'beta'] as const) {
    declarations[version] = readDeclaredTypes(
      new URL(`../node_modules/@microsoft/${packages[version]}/microsoft-graph.d.ts`, import.meta.url),
    );
  }
});

const isFunction = (segment: string) => segment.endsWith(')');

/** `user` → `User`: what a collection of several types is narrowed to. */
const typeNamed = (cast: string) => cast.charAt(0).toUpperCase() + cast.slice(1);

/** What a path answers with; undefined: a number (`$count`) or a reference. */
function answerOf(types: DeclaredTypes, path: string): { name: string; isList: boolean } | undefined {
  const [first = '', ...segments] = path.split('/');
  // `devices(deviceId)`: one of them by another key.
  let at = roots[first.replace(/\(.*$/, '')];
  if (at !== undefined && isFunction(first)) at = { name: at.name, isList: false };
  for (const segment of segments) {
    if (at === undefined) throw new Error(`${path} begins with nothing that is declared.`);
    if (segment === '$count' || segment === '$ref') return undefined;
    if (segment.startsWith('{')) at = { name: at.name, isList: false };
    else if (at.name === 'DirectoryObject' && at.isList) at = { name: typeNamed(segment), isList: true };
    else if (at.name === 'DeviceCompliancePolicy' && at.isList && segment.endsWith('CompliancePolicy')) {
      at = { name: typeNamed(segment), isList: true };
    } else if (isFunction(segment)) at = functions[segment.replace(/\(.*$/, '').toLowerCase()];
    else at = types.memberType(at.name, segment);
    if (at === undefined) throw new Error(`${path}: ${segment} is not declared.`);
  }
  return at;
}

/** Paths with every key that there is; the parameters of functions as they are of use. */
function urlsOf(version: GraphVersion, path: string): string[] {
  let urls = [`/${version}`];
  for (const segment of path.split('/')) {
    const name = segment.replace(/\(.*$/, '');
    const listed = (list: string) => (read(`${list}?$select=id&$top=${itemsMax}`).value as { id: string }[]).map(({ id }) => id);
    const keys = (list: string) => {
      // Of all directory objects there is no list, and rules are only shown with their policy.
      if (list.endsWith('/directoryObjects')) {
        return ['users', 'groups', 'devices'].flatMap((kind) => listed(list.replace('directoryObjects', kind)));
      }
      const [, policy] = /^(.*)\/scheduledActionsForRule$/.exec(list) ?? [];
      if (policy === undefined) return listed(list);
      return (read(`${policy}?$expand=scheduledActionsForRule`).scheduledActionsForRule as { id: string }[]).map(({ id }) => id);
    };
    const devices = () => [...bench.tenant.devicesAfter(null)].slice(0, 5).map(({ id }) => `devices(deviceId='${azureDeviceId(id)}')`);
    if (segment.startsWith('{')) urls = urls.flatMap((url) => keys(url).map((id) => `${url}/${encodeURIComponent(id)}`));
    else if (segment === 'devices(deviceId)') urls = urls.flatMap((url) => devices().map((device) => `${url}/${device}`));
    else if (segment.endsWith('(category)')) {
      urls = urls.flatMap((url) =>
        ['Compliance', 'Device', 'DeviceConfiguration', 'Role'].map((category) => `${url}/${name}(category='${category}')`),
      );
    } else if (segment.endsWith('(appId)')) {
      urls = urls.flatMap((url) =>
        (read(`${url}/${name}`).value as { appId: string }[]).map(({ appId }) => `${url}/${name}(appId='${appId}')`),
      );
    } else if (segment === 'getFileVaultKey()') {
      // Macs alone have one, those that a partner manages none.
      urls = urls
        .filter((url) => read(url).operatingSystem === 'macOS' && read(url).managementAgent !== 'jamf')
        .map((url) => `${url}/${segment}`);
    } else if (segment.endsWith('(scope)')) urls = urls.map((url) => `${url}/${name}(scope='')`);
    else urls = urls.map((url) => `${url}/${segment}`);
  }
  return urls;
}

/** The properties that an entity has, those too that only `$select` shows. */
function selectable(types: DeclaredTypes, url: string, typeName: string): string {
  const names = [...(types.membersOf(typeName)?.keys() ?? [])].filter((name) => get(`${url}?$select=${name}`).status === 200);
  return names.join(',');
}

/** Answers, and what is wrong with them: without the places in lists, each once. */
function check(version: GraphVersion, path: string): { checked: number; wrong: string[] } {
  const types = declarations[version];
  const type = answerOf(types, path);
  const wrong = new Set<string>();
  let checked = 0;
  const judge = (value: unknown, name: string) => {
    checked += 1;
    const found =
      name === 'string'
        ? typeof value === 'string'
          ? []
          : [`${JSON.stringify(value)} is no string`]
        : types.misfits(value, name, version);
    for (const one of found) {
      const plain = one.replace(`${version}.`, `${version} `);
      if (!Object.hasOwn(exceptions, plain)) wrong.add(plain);
    }
  };
  let select: string | undefined;
  for (const url of urlsOf(version, path)) {
    const response = get(url);
    if (response.status !== 200) {
      wrong.add(`${url} answers ${response.status} ${response.body}`);
      continue;
    }
    if (type === undefined) {
      checked += 1;
      if (!/^\d+$/.test(response.body)) wrong.add(`${url} is no number`);
      continue;
    }
    const body = JSON.parse(response.body) as { value?: unknown[] };
    const items = type.isList ? (body.value ?? []) : [type.name === 'string' ? body.value : body];
    for (const item of items) judge(item, type.name);
    if (type.isList || isFunction(path)) continue;
    select ??= selectable(types, url, type.name);
    if (select !== '') judge(read(`${url}?$select=${select}`), type.name);
  }
  return { checked, wrong: [...wrong] };
}

it('the tenant has seen every action end in every way', () => {
  const seen = actionsSeen(bench);
  for (const type of actionsOfDevices) {
    const ends = type === 'wipe' || type === 'retire' ? ['queued'] : ['acknowledged', 'failed', 'not-supported', 'queued'];
    for (const end of ends) expect([...seen]).toContain(`${type} ${end}`);
  }
});

describe.each(['v1.0', 'beta'] as const)('%s', (version) => {
  const readable = endpoints.filter(({ methods, only }) => methods.GET !== undefined && (only === undefined || only === version));

  it.each(readable.map(({ path }) => path))('%s answers as Microsoft’s types say', (path) => {
    const { checked, wrong } = check(version, path);
    expect(wrong).toEqual([]);
    // Of narrowed collections some can hold nothing: no group is a member of a user.
    if (!/\/(user|group|device)$/.test(path)) expect(checked).toBeGreaterThan(0);
  });
});

it('finds what is not declared, and what is of another type', () => {
  const types = declarations['v1.0'];
  expect(types.misfits({ id: 'x', complianceState: 'compliant' }, 'ManagedDevice', 'd')).toEqual([]);
  expect(types.misfits({ id: 5 }, 'ManagedDevice', 'd')).toHaveLength(1);
  expect(types.misfits({ id: null }, 'ManagedDevice', 'd')).toHaveLength(1);
  expect(types.misfits({ weather: 'fine' }, 'ManagedDevice', 'd')).toEqual(['d.weather is not declared in ManagedDevice']);
  expect(types.misfits({ complianceState: 'Compliant' }, 'ManagedDevice', 'd')).toHaveLength(1);
  expect(types.misfits({ deviceActionResults: [{ '@odata.type': '#microsoft.graph.user' }] }, 'ManagedDevice', 'd')).toHaveLength(1);
  expect(
    types.misfits(
      { deviceActionResults: [{ '@odata.type': '#microsoft.graph.remoteLockActionResult', unlockPin: 1 }] },
      'ManagedDevice',
      'd',
    ),
  ).toHaveLength(1);
});

it('the exceptions are still needed', () => {
  const device = read('/v1.0/deviceManagement/managedDevices?$top=1').value?.[0];
  const found = declarations['v1.0'].misfits(device, 'ManagedDevice', 'v1.0').map((one) => one.replace('v1.0.', 'v1.0 '));
  expect(found).toEqual(Object.keys(exceptions));
});
