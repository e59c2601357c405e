import { readFileSync } from 'node:fs';

/** The version of this mockfleet; `undefined` where its package.json is not beside it (a bundle, for example). */
export function packageVersion(): string | undefined {
  // From the sources, and from dist/ one folder deeper.
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      if (isOurs(manifest)) return manifest.version;
    } catch {
      // Not here: look one folder up.
    }
  }
  return undefined;
}

function isOurs(manifest: unknown): manifest is { name: 'mockfleet'; version: string } {
  return (
    typeof manifest === 'object' &&
    manifest !== null &&
    'name' in manifest &&
    manifest.name === 'mockfleet' &&
    'version' in manifest &&
    typeof manifest.version === 'string'
  );
}
