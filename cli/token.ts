/** `mockfleet token`: an access token for Graph, of a stub's sign-in or of Microsoft's. */
import type { Argv, CommandModule } from 'yargs';
import { type ClientArguments, clientOf, clientOptions, findPlace, type PlaceArguments, placeOptions, signInOf } from './connection.ts';
import { wrongUse } from './errors.ts';
import { clientCredentials, deviceCode, password, type Tokens } from './sign-in.ts';

interface TokenArguments extends PlaceArguments, ClientArguments {
  user: string | undefined;
  password: string | undefined;
  'device-code': boolean;
  json: boolean;
}

export const tokenCommand: CommandModule<object, TokenArguments> = {
  builder: (yargs) =>
    clientOptions(
      placeOptions(
        yargs
          .option('user', { type: 'string', requiresArg: true, describe: 'A person, with --password: principal name' })
          .option('password', { type: 'string', requiresArg: true, describe: 'The person\u2019s password (or MOCKFLEET_PASSWORD)' })
          .option('device-code', { type: 'boolean', default: false, describe: 'A person who types a code in a browser' })
          .option('json', { type: 'boolean', default: false, describe: 'Print JSON, with how long it lasts' })
          .example('$0 token --client-id … --client-secret …', 'as a program: TOKEN=$(mockfleet token …)')
          .example('$0 token --user adele@contoso.example --password …', 'as a person'),
      ),
    ) as unknown as Argv<TokenArguments>,
  async handler(args) {
    const tokens = await tokensFor(args);
    process.stdout.write(args.json ? `${JSON.stringify(tokens)}\n` : `${tokens.access_token}\n`);
  },
};

function tokensFor(args: TokenArguments): Promise<Tokens> {
  const place = findPlace(args);
  const signIn = signInOf(args, place);
  const client = clientOf(args);
  const secret = args.password ?? process.env.MOCKFLEET_PASSWORD;
  if (args['device-code']) {
    if (args.user !== undefined) throw wrongUse('--device-code and --user are two ways to sign in: name one of them.');
    return deviceCode(signIn, client, (sentence) => void process.stderr.write(`${sentence}\n`));
  }
  if (args.user === undefined && (client.id === undefined || client.secret === undefined)) {
    throw wrongUse('Say who signs in: --client-id and --client-secret, --user and --password, or --device-code.');
  }
  if (args.user === undefined) return clientCredentials(signIn, client);
  if (secret === undefined) throw wrongUse('--user needs --password (or MOCKFLEET_PASSWORD).');
  return password(signIn, client, { user: args.user, password: secret });
}
