/** The commands of the memory store. */
import { type CommandRecord, isOpen } from '../core/records.ts';
import { newestFirst } from './newest-first.ts';
import type { CommandStore } from './store.ts';

/** The commands of one device, oldest first; all before `firstOpen` are finished, so that a long history is never searched. */
interface Queue {
  all: CommandRecord[];
  firstOpen: number;
}

export function createMemoryCommands(): CommandStore {
  const commands = new Map<string, CommandRecord>();
  const queues = new Map<string, Queue>();
  const arrived: CommandRecord[] = [];

  function skipFinished(queue: Queue): CommandRecord | undefined {
    for (; queue.firstOpen < queue.all.length; queue.firstOpen++) {
      const command = queue.all[queue.firstOpen];
      if (command !== undefined && isOpen(command.status)) return command;
    }
    return undefined;
  }

  return {
    addCommand(record) {
      if (commands.has(record.id)) throw new Error(`command ${record.id} exists`);
      commands.set(record.id, record);
      arrived.push(record);
      const queue = queues.get(record.deviceId);
      if (queue === undefined) queues.set(record.deviceId, { all: [record], firstOpen: 0 });
      else queue.all.push(record);
    },
    saveCommand(record) {
      const kept = commands.get(record.id);
      const queue = queues.get(record.deviceId);
      if (kept === undefined || queue === undefined) throw new Error(`no command ${record.id}`);
      // A copy of the record goes into the one that the queue holds.
      if (kept !== record) Object.assign(kept, record);
      if (isOpen(kept.status) && !queue.all.includes(kept, queue.firstOpen)) queue.firstOpen = 0;
    },
    command: (id) => commands.get(id),
    nextOpenCommand(deviceId) {
      const queue = queues.get(deviceId);
      return queue && skipFinished(queue);
    },
    openCommands(deviceId) {
      const queue = queues.get(deviceId);
      if (queue === undefined || skipFinished(queue) === undefined) return [];
      return queue.all.slice(queue.firstOpen).filter((command) => isOpen(command.status));
    },
    commandsOf: (deviceId) => queues.get(deviceId)?.all.slice() ?? [],
    allCommands: () => newestFirst(arrived),
  };
}
