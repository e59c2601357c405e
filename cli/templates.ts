/** `mockfleet templates`: mails to users of noncompliant devices, and a test of them. */
import type { CommandModule } from 'yargs';
import { plainTable } from '../simulator/report/plain-table.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { allOf, type Connection, callOrFail } from './http.ts';
import { only } from './policies/find.ts';

interface Template {
  id: string;
  displayName: string;
  brandingOptions: string;
  localizedNotificationMessages?: { locale: string; subject: string; messageTemplate: string; isDefault: boolean }[];
}

type TemplateArguments = ConnectionArguments & { template: string };

const path = '/beta/deviceManagement/notificationMessageTemplates';

function allTemplates(service: Connection): Promise<Template[]> {
  return allOf<Template>(service, `${path}?$expand=localizedNotificationMessages`);
}

/** @throws CommandError when none or several are called so */
async function findTemplate(service: Connection, wanted: string): Promise<Template> {
  return only(await allTemplates(service), wanted, 'template', '`mockfleet templates list` shows all');
}

const list: CommandModule<object, ConnectionArguments> = {
  command: ['list', '$0'],
  describe: 'All templates, with their languages and subjects',
  builder: connectionOptions,
  async handler(args) {
    const templates = await allTemplates(await connect(args));
    if (args.json) return void process.stdout.write(`${JSON.stringify(templates)}\n`);
    if (templates.length === 0) return void process.stdout.write('No templates.\n');
    const rows = templates.map(({ id, displayName, localizedNotificationMessages: messages = [] }) => {
      const usual = messages.find(({ isDefault }) => isDefault) ?? messages[0];
      return [id, displayName, messages.map(({ locale }) => locale).join(', '), usual?.subject ?? ''].map(printable);
    });
    process.stdout.write(`${plainTable(rows).join('\n')}\n`);
  },
};

const show: CommandModule<object, TemplateArguments> = {
  command: 'show <template>',
  describe: 'The messages of one template, and its parts of the branding',
  builder: (yargs) => connectionOptions(yargs.positional('template', { type: 'string', demandOption: true, describe: 'Name or id' })),
  async handler(args) {
    const template = await findTemplate(await connect(args), args.template);
    if (args.json) return void process.stdout.write(`${JSON.stringify(template)}\n`);
    const { displayName, brandingOptions, localizedNotificationMessages: messages = [] } = template;
    const lines = messages.flatMap(({ locale, subject, messageTemplate, isDefault }) => [
      '',
      `${locale}${isDefault ? ' (default)' : ''}: ${subject}`,
      ...messageTemplate.split('\n').map((line) => `  ${line}`),
    ]);
    process.stdout.write(`${[displayName, `branding: ${brandingOptions}`, ...lines].map(printable).join('\n')}\n`);
  },
};

const test: CommandModule<object, TemplateArguments> = {
  command: 'test <template>',
  describe: 'Mail a template to yourself; names of devices stay as they are written',
  builder: (yargs) => connectionOptions(yargs.positional('template', { type: 'string', demandOption: true, describe: 'Name or id' })),
  async handler(args) {
    const service = await connect(args);
    const { id, displayName } = await findTemplate(service, args.template);
    await callOrFail(service, 'POST', `${path}/${id}/sendTestMessage`, {});
    process.stdout.write(args.json ? `${JSON.stringify({ tested: id })}\n` : `${printable(displayName)} is mailed to you.\n`);
  },
};

export const templatesCommand: CommandModule = {
  builder: (yargs) => yargs.command([list, show, test] as unknown as CommandModule[]),
  handler() {},
};
