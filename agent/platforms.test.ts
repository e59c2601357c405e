import { describe, expect, it } from 'vitest';
import { enrollmentTypesOf, isEnrollmentTypeOf, isTablet, majorVersion, platforms } from '../protocol/platforms.ts';
import { platformTraits } from './platforms.ts';

describe.each(platforms)('models of %s', (platform) => {
  const { models } = platformTraits[platform];

  it('M-06 are many, each named once, with a weight and a version', () => {
    expect(models.length).toBeGreaterThanOrEqual(8);
    expect(new Set(models.map(({ model }) => model)).size).toBe(models.length);
    for (const { model, weight, osVersion, manufacturer } of models) {
      expect(weight, model).toBeGreaterThan(0);
      expect(Number.isFinite(majorVersion(osVersion)), model).toBe(true);
      expect(manufacturer, model).not.toBe('');
    }
  });

  it('M-06 are there for each way to be enrolled, and for none that does not exist', () => {
    for (const enrollment of enrollmentTypesOf[platform]) {
      expect(
        models.some((one) => one.enrollments?.includes(enrollment) ?? true),
        enrollment,
      ).toBe(true);
    }
    for (const { enrollments = [] } of models) for (const one of enrollments) expect(isEnrollmentTypeOf(platform, one)).toBe(true);
    for (const { model, shared } of models) if (shared === true) expect(isTablet({ platform, model })).toBe(true);
  });
});

it('TD-17 some Android devices of device administrators are older than 7.0, some not', () => {
  const versions = platformTraits.android.models
    .filter(({ enrollments }) => enrollments?.includes('device-administrator') ?? true)
    .map(({ osVersion }) => majorVersion(osVersion) < 7);
  expect(new Set(versions)).toEqual(new Set([true, false]));
});

it('M-03 the first model of a platform is what an agent is by default', () => {
  expect(platforms.map((platform) => platformTraits[platform].models[0].model)).toEqual([
    'iPhone 15',
    'MacBook Air (M2, 2022)',
    'Pixel 8',
    'Latitude 5440',
  ]);
});
