/** Where Chromium is, if it is: the tests of pages look at them with it. */
import { existsSync } from 'node:fs';
import { env } from 'node:process';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** CHROMIUM_PATH, or where it usually is; undefined: it is not there. */
export function chromiumPath(): string | undefined {
  return [env.CHROMIUM_PATH, ...usualPlaces].find((path) => path !== undefined && existsSync(path));
}
