import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azureDeviceId, deviceObjectId, recordOfAzureDevice, recordOfDeviceObject } from './derived-guid.ts';

const guid = fc.uuid({ version: 4 });

describe('the ids of a device', () => {
  it('are computed from that of its record and back', () => {
    fc.assert(
      fc.property(guid, (id) => {
        expect(recordOfAzureDevice(azureDeviceId(id))).toBe(id);
        expect(recordOfDeviceObject(deviceObjectId(id).toUpperCase())).toBe(id);
      }),
    );
  });

  it('are three GUIDs that say nothing about each other to the eye', () => {
    fc.assert(
      fc.property(guid, (id) => {
        const ids = [id, azureDeviceId(id), deviceObjectId(id)];
        expect(new Set(ids).size).toBe(3);
        for (const one of ids.slice(1)) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        // Neighbours come out far apart.
        const neighbour = deviceObjectId(id.slice(0, -1) + (id.endsWith('0') ? '1' : '0'));
        const alike = [...neighbour].filter((digit, index) => digit === ids[2]?.charAt(index)).length;
        expect(alike).toBeLessThan(20);
      }),
    );
  });

  it.each(['', 'x', '{00000000-0000-4000-8000-000000000001}', 'adele@contoso.example'])('%j is no id', (text) => {
    expect(recordOfAzureDevice(text)).toBeUndefined();
    expect(recordOfDeviceObject(text)).toBeUndefined();
  });
});
