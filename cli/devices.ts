/** `mockfleet devices`: the administrator's view of a running stub's devices, the actions on them, and the hands of their users. */
import type { CommandModule } from 'yargs';
import { auditCommand } from './audit.ts';
import { actionCommands } from './devices/actions.ts';
import { changeCommand } from './devices/change.ts';
import { configurationCommand } from './devices/configuration.ts';
import { listCommands } from './devices/list.ts';
import { screenCommands } from './devices/screen.ts';

const commands = [...listCommands, ...actionCommands, ...screenCommands, changeCommand, auditCommand, configurationCommand];

const names = commands.map(({ command }) => String(command).split(' ')[0]);

export const devicesCommand: CommandModule = {
  command: 'devices',
  describe: 'List and show the devices of a running stub, act on them, look at their screens and type into them',
  builder: (yargs) => yargs.command(commands).demandCommand(1, `Name one: ${names.join(', ')}.`),
  handler() {},
};
