/** `mockfleet devices configuration`: what the tenant asks of its devices and of those who sign in. */
import type { Argv, CommandModule } from 'yargs';
import { appNameMax, assignableAppId, assignableAppIdPhrase } from '../../protocol/device-information.ts';
import { platforms } from '../../protocol/platforms.ts';
import { type TenantApp, tenantAppsMax } from '../../server-stub/core/settings.ts';
import { printable } from '../../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from '../connection.ts';
import { wholeNumber, wrongUse } from '../errors.ts';
import { callOrFail } from '../http.ts';
import { lastOnly, repeatable } from '../repeated.ts';

const path = '/mockfleet/configuration';

interface SetArguments extends ConnectionArguments {
  'passcode-required': boolean | undefined;
  'work-profile-passcode-required': boolean | undefined;
  'passcode-length-min': number | undefined;
  'allow-activation-lock': boolean | undefined;
  'require-managed-device': boolean | undefined;
  app: string[] | undefined;
  'forget-apps': boolean | undefined;
}

const show: CommandModule<object, ConnectionArguments> = {
  command: 'show',
  describe: 'The policy and the apps, as they are',
  builder: connectionOptions,
  async handler(args) {
    print(args, (await callOrFail(await connect(args), 'GET', path)) as object);
  },
};

const set: CommandModule<object, SetArguments> = {
  command: 'set',
  describe: 'Change some of it; devices hear of it by a push and apply it at their next check-in',
  builder: (yargs) =>
    connectionOptions(
      repeatable(yargs)
        .option('passcode-required', { type: 'boolean', describe: 'Devices need a passcode (--no-…: they do not)' })
        .option('work-profile-passcode-required', { type: 'boolean', describe: 'Android: work profiles need one of their own' })
        .option('passcode-length-min', { type: 'number', requiresArg: true, describe: 'Shortest passcode that is sufficient, 4 to 16' })
        .option('allow-activation-lock', { type: 'boolean', describe: 'Supervised Apple devices may turn Activation Lock on' })
        .option('require-managed-device', {
          type: 'boolean',
          describe: 'Conditional Access: sign-ins only from managed, compliant devices',
        })
        .option('app', {
          type: 'string',
          array: true,
          requiresArg: true,
          describe: 'An app as ID=NAME:INTENT[:PLATFORMS]; may be repeated, and takes the place of all that were assigned',
        })
        .option('forget-apps', { type: 'boolean', describe: 'No app is assigned any more' })
        .example('$0 devices configuration set --passcode-required --passcode-length-min 6', 'every device asks for six characters')
        .example('$0 devices configuration set --app "mail=Contoso Mail:required:ios,android"', 'an app for phones'),
    ) as unknown as Argv<SetArguments>,
  async handler(given) {
    const args = lastOnly(given, ['app']);
    const change = changeOf(args);
    if (Object.keys(change).length === 0) throw wrongUse('Say what changes, for example --passcode-required.');
    print(args, (await callOrFail(await connect(args), 'PATCH', path, change)) as object);
  },
};

function changeOf(args: SetArguments): Record<string, unknown> {
  const change = {
    passcodeRequired: args['passcode-required'],
    workProfilePasscodeRequired: args['work-profile-passcode-required'],
    passcodeLengthMin: wholeNumber('passcode-length-min', args['passcode-length-min'], 4, 16),
    allowActivationLock: args['allow-activation-lock'],
    requireManagedDevice: args['require-managed-device'],
    apps: args.app?.map(parseApp) ?? (args['forget-apps'] === true ? [] : undefined),
  };
  if ((args.app?.length ?? 0) > tenantAppsMax) throw wrongUse(`At most ${tenantAppsMax} apps can be assigned.`);
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** `mail=Contoso Mail:required:ios,android`. @throws CommandError `wrong-use` */
export function parseApp(text: string): TenantApp {
  const match = /^([^=:\s]+)=([^:]+):(required|available)(?::([a-z,]+))?$/.exec(text);
  const wanted = match?.[4]?.split(',') ?? [];
  const unknown = wanted.find((name) => !(platforms as readonly string[]).includes(name));
  if (match === null || unknown !== undefined) {
    const why = unknown === undefined ? '' : ` "${unknown}" is no platform: ${platforms.join(', ')}.`;
    throw wrongUse(
      `"${text}" is not an app.${why} Write ID=NAME:INTENT[:PLATFORMS], for example "mail=Contoso Mail:required:ios,android".`,
    );
  }
  const [, id = '', name = '', intent] = match;
  if (!assignableAppId.test(id)) throw wrongUse(`"${id}" cannot be the id of an app: write ${assignableAppIdPhrase}.`);
  if (name.length > appNameMax) throw wrongUse(`The name of an app has at most ${appNameMax} characters.`);
  return {
    id,
    name,
    intent: intent === 'required' ? 'required' : 'available',
    ...(wanted.length === 0 ? {} : { platforms: platforms.filter((platform) => wanted.includes(platform)) }),
  };
}

function print({ json }: { json: boolean }, configuration: object): void {
  if (json) return void process.stdout.write(`${JSON.stringify(configuration)}\n`);
  const { apps = [], ...others } = configuration as { apps?: TenantApp[] };
  const width = Math.max(...Object.keys(others).map((name) => name.length), 4);
  const lines = Object.entries(others).map(([name, value]) => `${name.padEnd(width)}  ${String(value)}`);
  const shown = apps.map(
    ({ id, name, intent, platforms: only }) => `${id}=${name}:${intent}${only === undefined ? '' : `:${only.join(',')}`}`,
  );
  const appLines = (shown.length === 0 ? ['none'] : shown).map((app, index) => `${(index === 0 ? 'apps' : '').padEnd(width)}  ${app}`);
  process.stdout.write(`${[...lines, ...appLines].map(printable).join('\n')}\n`);
}

const commands = [show, set];

export const configurationCommand: CommandModule = {
  command: 'configuration',
  describe: 'Show and set what the tenant asks of its devices: passcodes, apps, Activation Lock, Conditional Access',
  builder: (yargs) => yargs.command(commands as unknown as CommandModule[]).demandCommand(1, 'Name one: show, set.'),
  handler() {},
};
