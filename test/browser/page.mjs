/**
 * A front end of somebody's, with nothing of Node: it signs in at https://login.microsoftonline.com, lists the managed devices of
 * https://graph.microsoft.com by fetch, and wipes one. Its tests answer in the page, by msw's service worker. The ids of buttons say what
 * they do.
 */
import { setupWorker } from 'msw/browser';
import { createTenant } from '../../simulator/testing/msw.ts';

const clientId = '11111111-2222-4333-8444-555555555555';
const tenant = createTenant({
  applications: [
    {
      displayName: 'Front end',
      clientId,
      secret: 'front-end-secret',
      permissions: ['DeviceManagementManagedDevices.Read.All', 'DeviceManagementManagedDevices.PrivilegedOperations.All'],
    },
  ],
  devices: [
    { platform: 'ios', enrollment: 'automated', name: 'phone', user: 'adele@contoso.example' },
    { platform: 'windows', name: 'pc' },
  ],
});
tenant.devices.find('phone').goOffline();

const path = 'https://graph.microsoft.com/v1.0/deviceManagement/managedDevices';
const { body } = document;
let headers = {};

async function signIn() {
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: 'front-end-secret',
    scope: 'https://graph.microsoft.com/.default',
  };
  const response = await fetch('https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token', {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { access_token: token, error_description: problem } = await response.json();
  if (token === undefined) throw new Error(`sign-in: ${problem}`);
  headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
}

async function show() {
  const response = await fetch(`${path}?$select=id,deviceName,operatingSystem,managementState`, { headers });
  const { value } = await response.json();
  const table = document.createElement('table');
  for (const { deviceName, operatingSystem, managementState } of value.sort((a, b) => (a.deviceName < b.deviceName ? -1 : 1))) {
    const row = table.insertRow();
    for (const text of [deviceName, operatingSystem, managementState]) row.insertCell().textContent = text;
  }
  const times = ['366d', '180d'].map((time) => button(time, `Advance ${time}`, () => tenant.clock.advance(time)));
  const heading = document.createElement('h1');
  heading.textContent = `Devices at ${tenant.clock}`;
  body.replaceChildren(heading, table, button('wipe', 'Wipe phone', wipe), ...times);
  body.dataset.shown = String(Number(body.dataset.shown ?? 0) + 1);
}

async function wipe() {
  const response = await fetch(`${path}/${tenant.devices.find('phone').id}/wipe`, { method: 'POST', headers, body: '{}' });
  if (response.status !== 204) throw new Error(`wipe: ${response.status} ${await response.text()}`);
}

function button(id, text, work) {
  const element = document.createElement('button');
  element.id = id;
  element.textContent = text;
  element.onclick = async () => {
    await work();
    await show();
  };
  return element;
}

await setupWorker(...tenant.handlers).start({ onUnhandledRequest: 'bypass', quiet: true });
await signIn();
await show();
