import { describe, expect, it } from 'vitest';
import { ask, bodyOf, deviceId, type FakeTenant, fakeTenant, requestId, testDevice } from './fake-tenant.contract.ts';
import type { GraphRequest } from './tenant.ts';

const collection = '/v1.0/deviceManagement/managedDevices';
const one = `${collection}/${deviceId(1)}`;
const json = { 'content-type': 'application/json' };

function fleet(): FakeTenant {
  return fakeTenant([
    testDevice(1, { deviceName: 'anna-phone' }),
    testDevice(2, { deviceName: 'ben-pc', platform: 'windows', enrollment: 'joined' }, { complianceState: 'noncompliant' }),
    testDevice(3, { deviceName: 'cora-phone', platform: 'android', enrollment: 'personal-work-profile' }),
  ]);
}

const names = (tenant: FakeTenant, query: string, version = 'v1.0') =>
  bodyOf(ask(tenant, 'GET', `/${version}/deviceManagement/managedDevices?${query}`)).value?.map((device) => device.deviceName);

describe('reading', () => {
  it('lists devices with the headers and the context of Graph', () => {
    const response = ask(fleet(), 'GET', `${collection}?$select=ID,devicename`, { headers: { 'client-request-id': 'abc' } });
    expect(response).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
        'odata-version': '4.0',
        'request-id': requestId,
        'client-request-id': 'abc',
      },
    });
    expect(bodyOf(response)).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices(id,deviceName)',
      '@odata.count': 3,
      value: [
        { id: deviceId(1), deviceName: 'anna-phone' },
        { id: deviceId(2), deviceName: 'ben-pc' },
        { id: deviceId(3), deviceName: 'cora-phone' },
      ],
    });
  });

  it.each([
    one,
    `${collection}/${deviceId(1)}/`,
    `${collection}('${deviceId(1)}')`,
    `${collection}(%27${deviceId(1)}%27)`,
    `${collection}/${deviceId(1).toUpperCase()}`,
    `/V1.0/DEVICEMANAGEMENT/manageddevices('${deviceId(1)}')`,
  ])('finds one device at %s', (path) => {
    expect(bodyOf(ask(fleet(), 'GET', path))).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices/$entity',
      deviceName: 'anna-phone',
    });
  });

  it('selects from one device', () => {
    expect(bodyOf(ask(fleet(), 'GET', `${one}?%24select=deviceName`))).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices(deviceName)/$entity',
      deviceName: 'anna-phone',
    });
  });

  it('counts', () => {
    expect(ask(fleet(), 'GET', `${collection}/$count`)).toMatchObject({
      status: 200,
      body: '3',
      headers: { 'content-type': 'text/plain' },
    });
    expect(ask(fleet(), 'GET', `${collection}/$count?$filter=contains(deviceName,'phone')`).body).toBe('2');
  });

  it.each([
    [`$filter=complianceState eq 'noncompliant'`, ['ben-pc']],
    [`$filter=deviceName+eq+%27anna-phone%27`, ['anna-phone']],
    [`$filter=operatingsystem in ('iOS','Windows') and not startswith(deviceName,'ben')`, ['anna-phone']],
    [`$filter=serialNumber eq 'sn3'&$count=true&_=1576515130721`, ['cora-phone']],
    [`$filter=enrolledDateTime lt 2025-01-01T00:00:00Z`, []],
    [`$FILTER=isSupervised eq false and managementAgent eq 'googleCloudDevicePolicyController'`, ['cora-phone']],
  ])('filters: %s', (query, expected) => {
    expect(names(fleet(), query)).toEqual(expected);
  });

  it('takes options without a dollar sign on beta only', () => {
    expect(names(fleet(), `filter=deviceType eq 'desktop'`, 'beta')).toEqual(['ben-pc']);
    const refusal = bodyOf(ask(fleet(), 'GET', `${collection}?filter=deviceName eq 'x'`));
    expect(refusal.error.message).toContain("needs its dollar sign on v1.0: '$filter'");
  });
});

describe('paging', () => {
  it('repeats the other options in the next link and ends without one', () => {
    const page = bodyOf(ask(fleet(), 'GET', `${collection}?$top=1&$filter=contains(deviceName,'phone')`));
    expect(page['@odata.count']).toBe(1);
    const link = page['@odata.nextLink'] ?? '';
    const repeated = `https://graph.microsoft.com${collection}?$top=1&$filter=contains(deviceName,'phone')&$skiptoken=`;
    expect(link.startsWith(repeated)).toBe(true);
    expect(link.slice(repeated.length)).toMatch(/^[\w-]+$/);
    const next = bodyOf(ask(fleet(), 'GET', link));
    expect(next.value).toMatchObject([{ deviceName: 'cora-phone' }]);
    expect(next).not.toHaveProperty(['@odata.nextLink']);
  });

  it.each([
    ['', 1000],
    ['?$top=400', 400],
    ['?$top=5000', 1000],
  ])('through 2,500 devices%s misses and doubles none that stayed, while others come and go', (query, size) => {
    // Even numbers are there at the start; odd ones appear, and every tenth of the even ones leaves.
    const tenant = fakeTenant(Array.from({ length: 2500 }, (_, index) => testDevice(index * 2)));
    const seen: string[] = [];
    let link: string | undefined = `${collection}${query}`;
    for (let step = 0; link !== undefined; step++) {
      const page = bodyOf(ask(tenant, 'GET', link));
      expect(page.value.length).toBeLessThanOrEqual(size);
      expect(page['@odata.count']).toBe(page.value.length);
      seen.push(...page.value.map((device) => String(device.id)));
      link = page['@odata.nextLink'];
      for (let change = step; change < 2500; change += 20) {
        const added = testDevice(change * 2 + 1);
        tenant.devices.set(added.id, added);
        if (change % 10 === 0) tenant.devices.delete(deviceId(change * 2));
      }
      // The very device that the token names goes too.
      const last = seen.at(-1);
      if (last !== undefined && step % 2 === 1) tenant.devices.delete(last);
    }
    expect(new Set(seen).size).toBe(seen.length);
    const stayed = Array.from({ length: 2500 }, (_, index) => deviceId(index * 2)).filter((id) => tenant.devices.has(id));
    expect(stayed.length).toBeGreaterThan(2000);
    const known = new Set(seen);
    expect(stayed.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('actions', () => {
  it.each([
    ['POST', `${one}/syncDevice`, { type: 'syncDevice', parameters: {} }],
    ['POST', `${one}/REMOTELOCK`, { type: 'remoteLock', parameters: {} }],
    ['POST', `${collection}('${deviceId(1)}')/microsoft.graph.retire`, { type: 'retire', parameters: {} }],
    ['POST', `${one}/wipe`, { type: 'wipe', parameters: {} }],
  ])('%s %s', (method, url, command) => {
    const tenant = fleet();
    const response = ask(tenant, method, url);
    expect([response.status, response.body, response.headers['content-type']]).toEqual([204, '', undefined]);
    expect(tenant.issued).toEqual([{ deviceId: deviceId(1), command, initiatedBy: 'admin@contoso.com' }]);
  });

  it.each([
    ['{}', {}],
    // What the official client sends for `post(null)`.
    ['null', {}],
    ['{"keepEnrollmentData":null,"keepUserData":true,"macOsUnlockCode":""}', { keepUserData: true, macOsUnlockCode: '' }],
    ['{"@odata.type":"#x","persistEsimDataPlan":false,"useProtectedWipe":true}', { persistEsimDataPlan: false, useProtectedWipe: true }],
  ])('wipes with the parameters %s', (body, parameters) => {
    const tenant = fleet();
    expect(ask(tenant, 'POST', `${one}/wipe`, { body, headers: { 'content-type': 'application/json; charset=utf-8' } }).status).toBe(204);
    expect(tenant.issued).toEqual([{ deviceId: deviceId(1), command: { type: 'wipe', parameters }, initiatedBy: 'admin@contoso.com' }]);
  });

  it('deletes', () => {
    const tenant = fleet();
    expect(ask(tenant, 'DELETE', one)).toMatchObject({ status: 204, body: '' });
    expect(tenant.deletions).toEqual([{ deviceId: deviceId(1), initiatedBy: 'admin@contoso.com' }]);
    expect(ask(tenant, 'GET', one).status).toBe(404);
  });
});

type Refusal = [method: string, url: string, rest: Partial<GraphRequest>, status: number, code: string, text: string];

describe('refusals', () => {
  it.each<Refusal>([
    ['GET', `${collection}/nobody`, {}, 404, 'ResourceNotFound', "No managed device has the id 'nobody'"],
    ['POST', `${collection}/nobody/wipe`, {}, 404, 'ResourceNotFound', "No managed device has the id 'nobody'"],
    ['DELETE', `${collection}/nobody`, {}, 404, 'ResourceNotFound', "No managed device has the id 'nobody'"],
    ['POST', `${collection}/${deviceId(2)}/remoteLock`, {}, 400, 'BadRequest', 'Remote lock is not supported on Windows desktop devices.'],
    [
      'POST',
      `${one}/wipe`,
      { body: '{"keepUserData":"yes"}', headers: json },
      400,
      'BadRequest',
      "parameter 'keepUserData' of wipe is not valid",
    ],
    ...['12345', '1234567', '12345a', ' 123456', '１２３４５６'].map(
      (code): Refusal => [
        'POST',
        `${one}/wipe`,
        { body: JSON.stringify({ macOsUnlockCode: code }), headers: json },
        400,
        'BadRequest',
        "parameter 'macOsUnlockCode' of wipe is not valid: write six digits, or an empty text for none",
      ],
    ),
  ])('by Intune: %s %s %o', (method, url, rest, status, code, text) => {
    const response = ask(fleet(), method, url, { ...rest, headers: { 'client-request-id': 'activity', ...rest.headers } });
    expect([response.status, response.headers['content-type']]).toEqual([status, 'application/json']);
    const { error } = bodyOf(response);
    expect(error).toMatchObject({
      code,
      innerError: { date: '2026-01-15T10:30:00', 'request-id': requestId, 'client-request-id': 'activity' },
    });
    expect(error.message.startsWith('{\r\n  "_version": 3,\r\n  "Message": "')).toBe(true);
    const nested = JSON.parse(error.message) as Record<string, unknown>;
    expect(Object.keys(nested)).toEqual(['_version', 'Message', 'CustomApiErrorPhrase', 'RetryAfter', 'ErrorSourceService', 'HttpHeaders']);
    expect(nested.Message).toContain(text);
    expect(nested.Message).toContain(' - Activity ID: activity - Url: https://graph.microsoft.com/v1.0/');
  });

  const unknownProperty =
    "Parsing OData Select and Expand failed: Could not find a property named 'colour' on type 'microsoft.graph.managedDevice'.";
  it.each<Refusal>([
    ['GET', `${collection}?$select=id,colour`, {}, 400, 'BadRequest', unknownProperty],
    ['GET', `${collection}?$select=deviceType`, {}, 400, 'BadRequest', "named 'deviceType'"],
    [
      'GET',
      `${collection}?$filter=colour eq 'red'`,
      {},
      400,
      'BadRequest',
      "named 'colour' on type 'microsoft.graph.managedDevice' at position 0",
    ],
    ['GET', `${collection}?$filter=deviceName eq`, {}, 400, 'BadRequest', "Expression expected at position 13 in 'deviceName eq'"],
    ['GET', `${collection}?$filter=a%ZZ`, {}, 400, 'BadRequest', 'not percent-encoded correctly'],
    ['GET', `${collection}?$orderby=colour`, {}, 400, 'BadRequest', "Could not find a property named 'colour'"],
    ['GET', `${collection}?$search="x"`, {}, 400, 'BadRequest', "'$search'"],
    ['GET', `${collection}?$expand=owners`, {}, 400, 'BadRequest', "Could not find a relationship named 'owners'"],
    ['GET', `${collection}?$constructor=1`, {}, 400, 'BadRequest', "'$constructor' is not supported"],
    ['GET', `${one}?$filter=id eq 'x'`, {}, 400, 'BadRequest', "'$filter' is not supported on this request"],
    ['GET', `${collection}?$top=1&$top=2`, {}, 400, 'BadRequest', "'$top' was specified more than once"],
    ['GET', `${collection}?$top=0`, {}, 400, 'BadRequest', "Invalid value '0' for $top"],
    ['GET', `${collection}?$top=-1`, {}, 400, 'BadRequest', "Invalid value '-1' for $top"],
    ['GET', `${collection}?$count=maybe`, {}, 400, 'BadRequest', "Invalid value 'maybe' for $count"],
    ['GET', `${collection}?$skiptoken=2`, {}, 400, 'BadRequest', 'follow @odata.nextLink'],
    ['GET', '/v1.0/deviceManagement/%ZZ', {}, 400, 'BadRequest', 'The path is not percent-encoded correctly.'],
    ['GET', '/v2.0/deviceManagement/managedDevices', {}, 400, 'BadRequest', 'Invalid version: v2.0'],
    ['GET', '/v1.0/manageddevice', {}, 400, 'BadRequest', "Resource not found for the segment 'manageddevice'."],
    ['GET', '/v1.0/deviceManagement/managedDevicez', {}, 400, 'BadRequest', "Resource not found for the segment 'managedDevicez'."],
    ['POST', `${collection}//wipe`, {}, 400, 'BadRequest', "Resource not found for the segment ''."],
    [
      'POST',
      `${one}/explode`,
      {},
      400,
      'No method match route template',
      `with http verb POST for request /DeviceFE/StatelessDeviceFEService/deviceManagement/managedDevices('${deviceId(1)}')/explode.`,
    ],
    ['POST', collection, {}, 400, 'No method match route template', 'template ~/singleton/navigation with http verb POST'],
    ['DELETE', `${collection}/`, {}, 405, 'Request_BadRequest', 'method is not allowed'],
    ['GET', `${one}/wipe`, {}, 405, 'Request_BadRequest', 'method is not allowed'],
    ['PUT', one, {}, 405, 'Request_BadRequest', 'method is not allowed'],
    ['POST', `${one}/wipe`, { body: '{', headers: json }, 400, 'BadRequest', 'Unable to read JSON request payload.'],
    ['POST', `${one}/wipe`, { body: '[]', headers: json }, 400, 'BadRequest', 'must be a JSON object'],
    ['POST', `${one}/wipe`, { body: '{}' }, 400, 'BadRequest', 'must contain the Content-Type header'],
    ['POST', `${one}/wipe`, { body: 'a=1', headers: { 'content-type': 'text/plain' } }, 415, 'UnsupportedMediaType', 'text/plain'],
    [
      'POST',
      `${one}/wipe`,
      { body: '{"keepUserdata":true}', headers: json },
      400,
      'BadRequest',
      "The parameter 'keepUserdata' in the request payload is not a valid parameter for the operation 'wipe'.",
    ],
    ['POST', `${one}/retire`, { body: '{"force":true}', headers: json }, 400, 'BadRequest', "parameter 'force'"],
  ])('by Graph: %s %s %o', (method, url, rest, status, code, text) => {
    const tenant = fleet();
    const response = ask(tenant, method, url, rest);
    const { error } = bodyOf(response);
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message).toContain(text);
    expect(error.innerError['client-request-id']).toBe(requestId);
    expect(tenant.issued).toEqual([]);
  });

  it('come at once, however a text is made', () => {
    const refusal = (method: string, url: string, body = '') => {
      const response = ask(fleet(), method, url, { body, headers: json });
      return `${response.status} ${bodyOf(response).error.message.slice(0, 120)}`;
    };
    // Read by a pattern that tries again from each space, these take hours.
    const spaces = ' '.repeat(50_000);
    for (const parameters of [`a=${spaces}'`, `a=x${spaces}'`, `a='x'${spaces}'`, `a${spaces}`, `a=1,${spaces}b`]) {
      expect(refusal('GET', `/v1.0/deviceManagement/colour(${parameters})`)).toBe("400 Resource not found for the segment 'colour'.");
    }
    expect(refusal('POST', `${one}/wipe`, `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toBe(
      '400 Unable to read JSON request payload. Objects and lists are within each other at most 100 deep.',
    );
    expect(refusal('POST', `${one}/wipe`, `{"a":"${'['.repeat(1000)}\\"["}`)).toMatch(/^400 The parameter 'a'/);
  });

  it('name the methods that are allowed', () => {
    expect(ask(fleet(), 'PUT', one).headers.allow).toBe('GET, PATCH, DELETE');
  });
});
