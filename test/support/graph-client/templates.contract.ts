/** Microsoft's client and the mails of policies: templates, their messages, the branding of the tenant. */
import type { Client } from '@microsoft/microsoft-graph-client';
import type { DeviceManagement, LocalizedNotificationMessage, NotificationMessageTemplate } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientWorld, clientWith, type OpenWorld, refusal } from './world.ts';

const path = '/deviceManagement/notificationMessageTemplates';

export function describeTemplates(open: OpenWorld): void {
  describe('M-05 the client and the mails of policies', () => {
    let world: ClientWorld;
    let client: Client;
    beforeAll(async () => {
      world = await open();
      client = clientWith(world);
    });
    afterAll(() => world.close());

    const make = (body: object) => client.api(path).post(body) as Promise<NotificationMessageTemplate>;

    it('NC-09 makes, changes and deletes a template', async () => {
      const { id, ...made } = await make({ displayName: 'First warning', brandingOptions: 'includeContactInformation,includeCompanyLogo' });
      expect(made).toMatchObject({ displayName: 'First warning', brandingOptions: 'includeCompanyLogo,includeContactInformation' });
      const changed = await client.api(`${path}/${id}`).patch({ displayName: 'Last warning', brandingOptions: 'none' });
      expect(changed).toMatchObject({ id, displayName: 'Last warning', brandingOptions: 'none' });
      expect(await client.api(`${path}/${id}`).version('beta').get()).toMatchObject({ displayName: 'Last warning', description: null });
      await client.api(`${path}/${id}`).delete();
      expect(await refusal(client.api(`${path}/${id}`).get())).toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });
    });

    it('makes, changes and deletes messages, and reads them within their template', async () => {
      const { id } = await make({ displayName: 'In two languages' });
      const messages = `${path}/${id}/localizedNotificationMessages`;
      const english = { locale: 'en-us', subject: 'Your phone', messageTemplate: 'Set a passcode, {{UserName}}.' };
      const first = (await client.api(messages).post({ ...english, isDefault: true })) as LocalizedNotificationMessage;
      const second = (await client.api(messages).post({ ...english, locale: 'fr-fr', subject: 'Votre iPhone' })) as typeof first;
      expect([first.isDefault, second.isDefault]).toEqual([true, false]);
      expect(await client.api(`${messages}/${second.id}`).patch({ isDefault: true })).toMatchObject({ locale: 'fr-fr', isDefault: true });
      const shown = (await client.api(`${path}/${id}`).expand('localizedNotificationMessages').get()) as NotificationMessageTemplate;
      expect(shown.localizedNotificationMessages).toMatchObject([
        { locale: 'en-us', isDefault: false },
        { locale: 'fr-fr', isDefault: true },
      ]);
      expect(await refusal(client.api(messages).post(english))).toMatchObject({ statusCode: 400, code: 'BadRequest' });
      await client.api(`${messages}/${first.id}`).delete();
      expect((await client.api(messages).get()).value).toMatchObject([{ id: second.id, subject: 'Votre iPhone' }]);
      expect(await client.api(`${path}/${id}/sendTestMessage`).post({})).toBeUndefined();
    });

    it('NC-10 changes the branding of the tenant', async () => {
      const intuneBrand = { displayName: 'Contoso', contactITName: 'Help desk', contactITEmailAddress: 'help@contoso.example' };
      const changed = (await client.api('/deviceManagement').patch({ intuneBrand })) as DeviceManagement;
      expect(changed.intuneBrand).toMatchObject(intuneBrand);
      expect(await client.api('/deviceManagement/intuneBrand').get()).toMatchObject({ ...intuneBrand, contactITPhoneNumber: null });
      expect(await client.api('/deviceManagement').select('intuneBrand').version('beta').get()).toMatchObject({ intuneBrand });
      const wrong = client.api('/deviceManagement').patch({ intuneBrand: { themeColor: { r: 300, g: 0, b: 0 } } });
      expect(await refusal(wrong)).toMatchObject({ statusCode: 400, code: 'BadRequest' });
    });
  });
}
