/**
 * The commands: how each is written, what it is for, and where the rest of it is. A command's module is loaded only when somebody wants
 * that command: what `run` and `serve` need takes most of a second to load, and `--help` needs none of it.
 */
import type { CommandModule } from 'yargs';

export interface Command {
  /** As yargs takes it: its name, then its positionals. */
  command: string;
  describe: string;
  load(): Promise<CommandBody>;
}

/** A command's arguments are its own affair; the table only needs that it is one. */
export type CommandBody = Pick<CommandModule, 'builder' | 'handler'>;

export const commands: readonly Command[] = [
  {
    command: 'run [scenario]',
    describe: 'Live a scenario: years of a fleet in seconds, or the story of one device',
    load: async () => (await import('./run.ts')).runCommand as CommandBody,
  },
  {
    command: 'worker',
    describe: 'Live shards of runs that others have put into a queue: `mockfleet run --queue`',
    load: async () => (await import('./worker.ts')).workerCommand as CommandBody,
  },
  {
    command: 'report <run>',
    describe: "Make a run's report again, from its file alone",
    load: async () => (await import('./report.ts')).reportCommand as CommandBody,
  },
  {
    command: 'compare <run> <other>',
    describe: 'What changed from one run to another: what was asked for, figures, verdicts, lives',
    load: async () => (await import('./compare.ts')).compareCommand as CommandBody,
  },
  {
    command: 'trace <run>',
    describe: 'The life of one device of a run: all that it and the service did, in order',
    load: async () => (await import('./trace.ts')).traceCommand as CommandBody,
  },
  {
    command: 'query <run> <sql>',
    describe: "Ask a run's file anything, in SQL",
    load: async () => (await import('./query.ts')).queryCommand as CommandBody,
  },
  {
    command: 'scenarios',
    describe: 'List the built-in scenarios, show one, or begin your own',
    load: async () => (await import('./scenarios.ts')).scenariosCommand as CommandBody,
  },
  {
    command: 'serve',
    describe: 'Run the stub: Microsoft Graph for administrators, WebSockets with mutual TLS for devices',
    load: async () => (await import('./serve.ts')).serveCommand as CommandBody,
  },
  {
    command: 'conformance',
    describe: 'Does a server speak the protocol of devices? Case by case: the stub, or your own server',
    load: async () => (await import('./conformance.ts')).conformanceCommand as CommandBody,
  },
  {
    command: 'load',
    describe: 'Load over real sockets: thousands of devices against the stub, or against your own server',
    load: async () => (await import('./load.ts')).loadCommand as CommandBody,
  },
  {
    command: 'tenant',
    describe: 'Tenant files: write one to begin with, check it, plant it, export a running stub',
    load: async () => (await import('./tenant.ts')).tenantCommand as CommandBody,
  },
  {
    command: 'agent',
    describe: 'Run one device: it enrols, checks in, obeys, shows its screen, and keeps its state',
    load: async () => (await import('./agent.ts')).agentCommand as CommandBody,
  },
  {
    command: 'devices',
    describe: 'List and show the devices of a running stub, act on them, look at their screens and type into them',
    load: async () => (await import('./devices.ts')).devicesCommand as CommandBody,
  },
  {
    command: 'notify',
    describe: 'Send a custom notification to the people in groups, on all of their iOS and Android devices',
    load: async () => (await import('./notify.ts')).notifyCommand as CommandBody,
  },
  {
    command: 'policies',
    describe: 'Compliance policies: list, show, make, assign and delete them',
    load: async () => (await import('./policies.ts')).policiesCommand as CommandBody,
  },
  {
    command: 'templates',
    describe: 'Notification templates: list and show them, mail one to yourself',
    load: async () => (await import('./templates.ts')).templatesCommand as CommandBody,
  },
  {
    command: 'compliance',
    describe: 'Which devices keep the rules: the tenant in numbers, one device in full, and the retire list',
    load: async () => (await import('./compliance.ts')).complianceCommand as CommandBody,
  },
  {
    command: 'access',
    describe: 'The sign-in log, newest first: which app of whom was let in, and which policies decided',
    load: async () => (await import('./access.ts')).accessCommand as CommandBody,
  },
  {
    command: 'audit',
    describe: 'The audit log, newest first: who asked for what. What a device\u2019s own user does leaves no entry',
    load: async () => (await import('./audit.ts')).auditCommand as CommandBody,
  },
  {
    command: 'clock',
    describe: 'Show and move the clock of a running stub',
    load: async () => (await import('./clock.ts')).clockCommand as CommandBody,
  },
  {
    command: 'throttle [what]',
    describe: 'Let a running stub answer 429 with Retry-After: the next requests, or beyond a limit',
    load: async () => (await import('./throttle.ts')).throttleCommand as CommandBody,
  },
  {
    command: 'faults',
    describe: 'Let links of devices be slow, lossy or cut at a running stub; show all that goes wrong there',
    load: async () => (await import('./faults.ts')).faultsCommand as CommandBody,
  },
  {
    command: 'push',
    describe: 'Show and change how pushes of a running stub come through: lost, late, and how long they wait',
    load: async () => (await import('./push.ts')).pushCommand as CommandBody,
  },
  {
    command: 'mail',
    describe: 'Mails of a running stub: what arrived in its own mailbox, and what its tenant sends',
    load: async () => (await import('./mail.ts')).mailCommand as CommandBody,
  },
  {
    command: 'token',
    describe: 'Print an access token for Graph: of a program (--client-id, --client-secret) or of a person',
    load: async () => (await import('./token.ts')).tokenCommand as CommandBody,
  },
  {
    command: 'certs',
    describe: 'The certificate authority: init, issue, inspect',
    load: async () => (await import('./certs.ts')).certsCommand as CommandBody,
  },
];

export function nameOf({ command }: Pick<Command, 'command'>): string {
  return command.split(' ')[0] as string;
}
