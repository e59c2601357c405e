/** What a group's devices are when its file names no models: a few common ones per platform. */
import type { Platform } from '../../protocol/platforms.ts';
import type { DeviceModel } from './scenario.ts';

export const defaultModels: Readonly<Record<Platform, readonly DeviceModel[]>> = {
  ios: [
    { model: 'iPhone 15', manufacturer: 'Apple', osVersion: '17.5.1', weight: 3 },
    { model: 'iPhone 13', manufacturer: 'Apple', osVersion: '17.4.1', weight: 2 },
    { model: 'iPad (10th generation)', manufacturer: 'Apple', osVersion: '17.5.1', weight: 1 },
  ],
  macos: [
    { model: 'MacBook Air (M2, 2022)', manufacturer: 'Apple', osVersion: '14.5', weight: 3 },
    { model: 'MacBook Pro (14-inch, 2023)', manufacturer: 'Apple', osVersion: '14.5', weight: 2 },
  ],
  android: [
    { model: 'Pixel 8', manufacturer: 'Google', osVersion: '14', weight: 2 },
    { model: 'Galaxy S23', manufacturer: 'samsung', osVersion: '14', weight: 3 },
    { model: 'Galaxy A54', manufacturer: 'samsung', osVersion: '13', weight: 2 },
  ],
  windows: [
    { model: 'Latitude 5440', manufacturer: 'Dell Inc.', osVersion: '10.0.22631.3737', weight: 3 },
    { model: 'ThinkPad T14 Gen 4', manufacturer: 'LENOVO', osVersion: '10.0.22631.3737', weight: 2 },
    { model: 'HP EliteBook 840 G9', manufacturer: 'HP', osVersion: '10.0.19045.4529', weight: 1 },
  ],
};
