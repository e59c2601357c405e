/** Programs through which people sign in, or which sign in as themselves: those of the tenant, and two of Microsoft's that every tenant has. */
import type { Directory } from './core/directory.ts';
import { sameSecret, secretHash } from './core/secret.ts';

export interface Client {
  /** Object id of its service principal; null: it never signs in as itself. */
  id: string | null;
  appId: string;
  displayName: string;
  secretHashes: readonly string[];
  permissions: readonly string[];
  /** `any`: people may let it do what they ask for. */
  delegatedPermissions: readonly string[] | 'any';
  isPublicClient: boolean;
}

const wellKnown: Readonly<Record<string, string>> = {
  '14d82eec-204b-4c2f-b7e8-296a70dab67e': 'Microsoft Graph Command Line Tools',
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46': 'Microsoft Azure CLI',
};

/** By client id, in any case. One that the tenant has under a well-known id is the tenant's. */
export function clientOf(directory: Directory, appId: string): Client | undefined {
  const known = directory.application(appId);
  if (known?.appId.toLowerCase() === appId.toLowerCase()) return known;
  const id = appId.toLowerCase();
  const displayName = Object.hasOwn(wellKnown, id) ? wellKnown[id] : undefined;
  if (displayName === undefined) return undefined;
  return { id: null, appId: id, displayName, secretHashes: [], permissions: [], delegatedPermissions: 'any', isPublicClient: true };
}

export function hasSecret({ secretHashes }: Client, secret: string): boolean {
  const hash = secretHash(secret);
  return secretHashes.some((one) => sameSecret(one, hash));
}
