/**
 * Every path that can be read, by Microsoft's client, in both versions: whatever the stub serves is served whole, by pages, by key and by
 * count alike. The list is the stub's own, so that a new resource is in here by itself.
 */
import { type Client, type PageCollection, PageIterator } from '@microsoft/microsoft-graph-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../../server-stub/graph/graph.ts';
import { ask, type Entity, filledIn, openFullWorld, sentText, versionsOf } from './full-world.ts';
import { type ClientWorld, clientWith, type OpenWorld } from './world.ts';

const readable = endpoints
  .filter(({ methods }) => methods.GET !== undefined && methods.GET.unlisted !== true)
  // Of Macs alone, which the full world has none of: the suite of actions reads it.
  .filter(({ path }) => !path.endsWith('/getFileVaultKey()'))
  .flatMap((endpoint) => versionsOf(endpoint).map((version) => ({ version, path: endpoint.path })));

/** Which groups somebody, or something, is in. */
const memberships = endpoints
  .filter(({ path }) => /\/(get|check)Member(Groups|Objects)$/.test(path))
  .flatMap((endpoint) => versionsOf(endpoint).map((version) => ({ version, path: endpoint.path })));
const nobody = '00000000-0000-4000-8000-000000000000';

export function describeSweep(open: OpenWorld): void {
  describe('M-05 the client reads every path', () => {
    let world: ClientWorld;
    let client: Client;
    beforeAll(async () => {
      world = await openFullWorld(open);
      client = clientWith(world);
    });
    afterAll(() => world.close());

    /** Every entry of a list, by the client's own iterator. */
    async function all(first: PageCollection): Promise<unknown[]> {
      const found: unknown[] = [];
      const headers = { ConsistencyLevel: 'eventual' };
      await new PageIterator(client, first, (one: unknown) => found.push(one) > 0, { headers }).iterate();
      return found;
    }

    it.each(readable)('$version/$path', async ({ version, path: template }) => {
      const path = await filledIn(client, version, template);
      if (template.endsWith('/$count')) {
        const list = (await ask(client, version, path.slice(0, -'/$count'.length)).get()) as PageCollection;
        expect(Number(await ask(client, version, path).get())).toBe((await all(list)).length);
        return;
      }
      const answer = (await ask(client, version, path).get()) as Record<string, unknown>;
      expect(answer['@odata.context']).toMatch(new RegExp(`^${world.url}/${version.replace('.', '\\.')}/\\$metadata#`));
      // CN-18
      expect(JSON.stringify(answer)).not.toContain(sentText);
      if (!Array.isArray(answer.value)) {
        if (template.endsWith('}')) {
          // The other form of a key.
          const [, list, key] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
          expect(await ask(client, version, `${list}('${key}')`).get()).toEqual(answer);
        }
        return;
      }
      const whole = await all(answer as unknown as PageCollection);
      if (!whole.every((one) => typeof one === 'object' && one !== null && 'id' in one)) return;
      const byOne = (await ask(client, version, path).top(1).get()) as PageCollection;
      expect(byOne.value.length).toBe(Math.min(1, whole.length));
      expect(await all(byOne)).toEqual(whole);
      const ids = (await all((await ask(client, version, path).select('id').get()) as PageCollection)) as Entity[];
      expect(ids.map(({ id }) => id)).toEqual((whole as Entity[]).map(({ id }) => id));
    });

    it.each(memberships)('POST $version/$path', async ({ version, path: template }) => {
      const path = await filledIn(client, version, template);
      const [, member = '', verb, what] = /^(.*)\/(get|check)Member(Groups|Objects)$/.exec(path) ?? [];
      // Of directory objects the path has no list: this one is a person.
      const person = member.replace(/^directoryObjects/, 'users');
      const groups = (await all((await ask(client, version, `${person}/transitiveMemberOf`).get()) as PageCollection)) as Entity[];
      const ids = groups.map(({ id }) => id).sort();
      const asked = [...ids.slice(0, 1), nobody];
      const body = verb === 'get' ? { securityEnabledOnly: false } : what === 'Groups' ? { groupIds: asked } : { ids: asked };
      const { value } = (await ask(client, version, path).post(body)) as { value: string[] };
      expect(value.sort()).toEqual(verb === 'get' ? ids : ids.slice(0, 1));
    });
  });
}
