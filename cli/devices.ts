/** `mockfleet devices`: the administrator's view of a running stub's devices, the actions on them, and the hands of their users. */
import type { CommandModule } from 'yargs';
import { auditCommand } from './audit.ts';
import { actionCommands } from './devices/actions.ts';
import { addCommands } from './devices/add.ts';
import { changeCommand } from './devices/change.ts';
import { configurationCommand } from './devices/configuration.ts';
import { listCommands } from './devices/list.ts';
import { screenCommands } from './devices/screen.ts';

const audit = { ...auditCommand, command: 'audit', describe: 'The same as `mockfleet audit`' };

const commands = [...listCommands, ...addCommands, ...actionCommands, ...screenCommands, changeCommand, audit, configurationCommand];

const names = commands.map(({ command }) => String(command).split(' ')[0]);

export const devicesCommand: CommandModule = {
  builder: (yargs) => yargs.command(commands).demandCommand(1, `Name one: ${names.join(', ')}.`),
  handler() {},
};
