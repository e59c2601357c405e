import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialBytes, serialFromBytes, serialFromHex, serialToDerHex } from './serial.ts';

describe('serial numbers', () => {
  it.each([
    ['1', '01'],
    ['00ff', 'FF'],
    ['abc', '0ABC'],
    ['7f'.repeat(20), '7F'.repeat(20)],
  ])('%s is written %s', (hex, serial) => expect(serialFromHex(hex)).toBe(serial));

  it.each(['', '0', '0000', '-1', '0x1', 'g', ' 1', '80'.repeat(20), '01'.repeat(21), '0'.repeat(65)])('refuses %j', (hex) => {
    expect(() => serialFromHex(hex)).toThrow(expect.objectContaining({ code: 'serial-invalid' }));
  });

  it('is positive in DER, and never longer than 20 octets', () => {
    expect(serialToDerHex('80')).toBe('0080');
    expect(serialToDerHex('7F')).toBe('7F');
  });

  it('is positive and of one length, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: serialBytes, maxLength: serialBytes }), (bytes) => {
        const serial = serialFromBytes(bytes);
        expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
        expect(serialFromHex(serial)).toBe(serial);
        expect(serialToDerHex(serial)).toBe(serial);
      }),
    );
  });
});
