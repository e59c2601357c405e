/** What differs between the platforms, one file each. A new platform is one file and one row. */
import type { Platform } from '../../protocol/platforms.ts';
import { android } from './android.ts';
import { ios } from './ios.ts';
import { macos } from './macos.ts';
import type { PlatformTraits } from './traits.ts';
import { windows } from './windows.ts';

export const platformTraits: Record<Platform, PlatformTraits> = { ios, macos, android, windows };
