/**
 * The administrator of a load run: does what the timeline says, over Graph, and says which actions were accepted. It knows what one who
 * sits at the service knows: the records, and what Graph answers.
 */
import { auditedName, type CommandType } from '../../protocol/commands.ts';
import type { Inventory } from '../../protocol/messages.ts';
import type { Scenario, Step, TimelineEvent } from '../scenarios/scenario.ts';
import { member } from '../world/fleet.ts';
import { drawLabel, isDrawn, isSelected } from '../world/selection.ts';
import { LoadError } from './errors.ts';
import { type GraphAnswer, GraphClient } from './graph-client.ts';
import type { AcceptedAction } from './load-lane.ts';
import type { GraphPlace } from './load-options.ts';

const devices = '/beta/deviceManagement/managedDevices';
const audits = '/beta/deviceManagement/remoteActionAudits';
/** Of executeAction. */
const bulkMax = 100;
/** Actions that executeAction takes, by the same name. */
const bulkActions = new Set(['syncDevice', 'rebootNow', 'retire', 'wipe', 'delete']);
const pageSize = 1000;

export interface AdministratorOptions {
  graph: GraphPlace;
  scenario: Scenario;
  devices: number;
  /** `at` in ms on the script's clock. */
  timeline: readonly TimelineEvent[];
  onAccepted: (actions: readonly AcceptedAction[]) => void;
  /** A call failed for another reason than that the action is not for that device. */
  onError: (reason: string) => void;
  onTrouble: (sentence: string) => void;
}

/** What Graph says in the end of what it had accepted. */
export interface Confirmed {
  /** Ended, one way or the other. */
  confirmed: number;
  /** Still in the queue, or taken out of it (a wipe drops what waits). */
  open: number;
}

interface Audit {
  managedDeviceId: string;
  action: string;
  actionState: string;
}

interface Known {
  key: number;
  inventory: Inventory;
  group: string;
}

/** @throws LoadError `load-step` for what nobody can do over Graph */
export function mustBeDoable(timeline: readonly TimelineEvent[]): void {
  for (const { step, entry } of timeline) {
    if (step.kind === 'action' || step.kind === 'notify') continue;
    const sentence = `timeline[${entry}]: a step of the kind "${step.kind}" cannot be done in a load run; its administrator asks for actions (do) and sends notifications to groups (notify).`;
    throw new LoadError('load-step', sentence);
  }
}

export class Administrator {
  readonly #options: AdministratorOptions;
  readonly #graph: GraphClient;
  readonly #known: readonly Known[];
  readonly #records = new Map<number, string>();
  /** How often an action was accepted for a record. */
  readonly #accepted = new Map<string, Map<string, number>>();
  #acceptedCount = 0;
  #passed = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(options: AdministratorOptions) {
    this.#options = options;
    this.#graph = new GraphClient(options.graph);
    const { scenario, timeline } = options;
    this.#known = Array.from({ length: timeline.length === 0 ? 0 : options.devices }, (_, index) => {
      const { device, group } = member(scenario, index);
      return { key: device.key, inventory: device.inventory, group };
    });
  }

  get accepted(): number {
    return this.#acceptedCount;
  }

  /** Instant of the script at which there is something to do next; Infinity: never. */
  get nextAt(): number {
    return this.#options.timeline[this.#passed]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** The lanes have heard of these. */
  knows(changes: readonly { index: number; deviceId: string | null }[]): void {
    for (const { index, deviceId } of changes) {
      if (deviceId === null) this.#records.delete(index);
      else this.#records.set(index, deviceId);
    }
  }

  /** Asks for all that is due, one entry after the other; does not wait for it. */
  doDue(at: number): void {
    while (this.nextAt <= at) {
      const event = this.#options.timeline[this.#passed++] as TimelineEvent;
      this.#underWay = this.#underWay.then(() => this.#do(event));
    }
  }

  /** When all that it has asked for was answered. */
  async finished(): Promise<void> {
    await this.#underWay;
  }

  /** What Graph says of the accepted actions: the newest ones of each device are those of this run. */
  async confirm(): Promise<Confirmed> {
    const found: Confirmed = { confirmed: 0, open: 0 };
    let left = this.#acceptedCount;
    let path: string | null = `${audits}?$top=${pageSize}`;
    while (path !== null && left > 0) {
      const answer = await this.#graph.call('GET', path);
      if (answer.status !== 200) {
        this.#failed(answer, 'asked what became of the actions');
        return { confirmed: found.confirmed, open: found.open + left };
      }
      const page = answer.body as { value: Audit[]; '@odata.nextLink'?: string };
      for (const { managedDeviceId, action, actionState } of page.value) {
        if (!this.#isAskedFor(managedDeviceId, action)) continue;
        left -= 1;
        if (actionState === 'pending' || actionState === 'active' || actionState === 'canceled') found.open += 1;
        else found.confirmed += 1;
      }
      path = pathOf(page['@odata.nextLink']);
    }
    return found;
  }

  close(): void {
    this.#graph.close();
  }

  /** Takes it off what was asked for. */
  #isAskedFor(deviceId: string, audited: string): boolean {
    const asked = this.#accepted.get(deviceId);
    for (const [action, count] of asked ?? []) {
      if (count === 0 || !auditedNames(action).includes(audited)) continue;
      asked?.set(action, count - 1);
      return true;
    }
    return false;
  }

  async #do(event: TimelineEvent): Promise<void> {
    const { step } = event;
    if (step.kind === 'notify') await this.#notify(step);
    else if (step.kind === 'action') await this.#act(step, this.#selected(event));
  }

  #selected(event: TimelineEvent): string[] {
    const { to } = event;
    const label = drawLabel(this.#options.scenario.seed, event);
    const ids: string[] = [];
    for (const [index, { key, inventory, group }] of this.#known.entries()) {
      const id = this.#records.get(index);
      if (id === undefined || !isDrawn(to, key, label) || !isSelected(to, { inventory, network: true }, group)) continue;
      ids.push(id);
    }
    return ids;
  }

  async #act({ do: action, parameters }: Extract<Step, { kind: 'action' }>, ids: readonly string[]): Promise<void> {
    const refused: string[] = [];
    if (bulkActions.has(action)) {
      const calls: Promise<void>[] = [];
      for (let first = 0; first < ids.length; first += bulkMax)
        calls.push(this.#actOnMany(action, parameters, ids.slice(first, first + bulkMax), refused));
      await Promise.all(calls);
    } else await Promise.all(ids.map((id) => this.#actOnOne(action, parameters, id, refused)));
    if (refused.length > 0) {
      this.#options.onTrouble(`${action} is not for ${refused.length} of ${ids.length} devices: ${refused[0]}`);
    }
  }

  async #actOnMany(action: string, parameters: object, deviceIds: readonly string[], refused: string[]): Promise<void> {
    const answer = await this.#graph.call('POST', `${devices}/executeAction`, { ...parameters, actionName: action, deviceIds });
    if (answer.status < 200 || answer.status >= 300) return this.#failed(answer, `asked for ${action}`);
    const { value } = answer.body as {
      value: { successfulDeviceIds: string[]; failedDeviceIds: string[]; notSupportedDeviceIds: string[] };
    };
    this.#wasAccepted(value.successfulDeviceIds, action, answer.at);
    refused.push(
      ...value.failedDeviceIds.map(() => 'the service says that it failed.'),
      ...value.notSupportedDeviceIds.map(() => 'not supported.'),
    );
  }

  async #actOnOne(action: string, parameters: object, id: string, refused: string[]): Promise<void> {
    const answer = await this.#graph.call('POST', `${devices}/${id}/${action}`, parameters);
    if (answer.status >= 200 && answer.status < 300) this.#wasAccepted([id], action, answer.at);
    else if (answer.status === 400) refused.push(answer.message);
    // Its record went a moment ago.
    else if (answer.status !== 404) this.#failed(answer, `asked for ${action}`);
  }

  async #notify({ groups, text }: Extract<Step, { kind: 'notify' }>): Promise<void> {
    const ids = await Promise.all(
      groups.map(async (name) => {
        const filter = encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
        const answer = await this.#graph.call('GET', `/beta/groups?$filter=${filter}&$select=id`);
        return (answer.body as { value?: { id: string }[] } | undefined)?.value?.[0]?.id ?? name;
      }),
    );
    const answer = await this.#graph.call('POST', '/beta/deviceManagement/sendCustomNotificationToCompanyPortal', {
      notificationTitle: text.title,
      notificationBody: text.body,
      groupsToNotify: ids,
    });
    if (answer.status < 200 || answer.status >= 300) this.#failed(answer, 'sent a notification to groups');
  }

  #wasAccepted(ids: readonly string[], action: string, at: number): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      const ofDevice = this.#accepted.get(id) ?? new Map<string, number>();
      ofDevice.set(action, (ofDevice.get(action) ?? 0) + 1);
      this.#accepted.set(id, ofDevice);
    }
    this.#acceptedCount += ids.length;
    this.#options.onAccepted(ids.map((deviceId) => ({ deviceId, action, at })));
  }

  #failed({ status, message }: GraphAnswer, what: string): void {
    const { onError, onTrouble } = this.#options;
    onError(status === 0 ? 'graph-unreachable' : `graph-${status}`);
    onTrouble(`Graph did not do what the administrator ${what}: ${status === 0 ? '' : `${status} `}${message}`);
  }
}

/** As the audit of remote actions calls an action, whatever its parameters are. */
function auditedNames(action: string): readonly string[] {
  if (action === 'wipe') return [auditedName(action), 'factoryResetKeepEnrollmentData'];
  if (action === 'windowsDefenderScan') return [auditedName(action), 'fullScan'];
  return [action === 'delete' ? action : auditedName(action as CommandType)];
}

/** With its version: the token goes to no other host. */
function pathOf(link: string | undefined): string | null {
  const begin = link?.indexOf('/beta/') ?? -1;
  return link === undefined || begin < 0 ? null : link.slice(begin);
}
