/** What is made to go wrong right now: asked of each part that can, told in words, and taken back. */
import { signal } from '@preact/signals';
import { ApiError, get, post } from '../api.ts';
import { shareText } from '../notifications/weather.ts';

export interface LinkFaults {
  latencyMs: number;
  jitterMs: number;
  loss: number;
  unreachable: boolean;
  share: number;
  /** Links that are open, and those of them that the share is. */
  links: number;
  touched: number;
  /** Links that lost a frame or were cut, and new ones that were turned away, since the start. */
  broken: number;
  turnedAway: number;
}

export interface GraphFaults {
  next: number;
  of: 'all' | 'writes';
  status: number;
  retryAfterSeconds: number;
  limits: { requests: number | null; writes: number | null; perSeconds: number };
  refused: number;
}

export interface MailFaults {
  down: boolean;
  next: number;
  answer: string;
  to: string | null;
  lost: number;
}

interface PushFaults {
  lost: number | string;
  late: { share: number | string };
}

export interface FaultsNow {
  links: LinkFaults;
  graph: GraphFaults;
  mail: MailFaults;
  push: PushFaults;
}

export interface Fault {
  part: keyof FaultsNow;
  text: string;
}

const paths = {
  links: '/mockfleet/faults',
  graph: '/mockfleet/throttle',
  mail: '/mockfleet/mail/faults',
  push: '/mockfleet/push',
} as const satisfies Record<keyof FaultsNow, string>;

/** undefined: not asked yet. */
export const faultsNow = signal<FaultsNow | undefined>(undefined);
/** Why the last look came to nothing. */
export const faultsTrouble = signal<ApiError | undefined>(undefined);

export async function lookAtFaults(): Promise<void> {
  try {
    const [links, graph, mail, push] = await Promise.all([
      get<LinkFaults>(paths.links),
      get<GraphFaults>(paths.graph),
      get<MailFaults>(paths.mail),
      get<PushFaults>(paths.push),
    ]);
    faultsNow.value = { links, graph, mail, push };
    faultsTrouble.value = undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    faultsTrouble.value = error;
  }
}

/** @throws ApiError what is wrong with the change */
export async function changeFault(part: keyof FaultsNow, change: object): Promise<void> {
  await post(paths[part], change);
  await lookAtFaults();
}

/** A part's faults are taken back; the push service is then as the stub was started. */
export function switchOff(part: keyof FaultsNow): Promise<void> {
  return changeFault(part, part === 'push' ? { reset: true } : { off: true });
}

/** What is on, in words. */
export function faultsOf({ links, graph, mail, push }: FaultsNow): Fault[] {
  const texts: Record<keyof FaultsNow, string[]> = {
    links: linkTexts(links),
    graph: graphTexts(graph),
    mail: mailTexts(mail),
    push: [
      ...(isSome(push.lost) ? [`${shareText(push.lost)} of the pushes are lost`] : []),
      ...(isSome(push.late.share) ? [`${shareText(push.late.share)} of the pushes are late`] : []),
    ],
  };
  return (Object.keys(texts) as (keyof FaultsNow)[]).flatMap((part) => texts[part].map((text) => ({ part, text })));
}

function linkTexts({ latencyMs, jitterMs, loss, unreachable, share }: LinkFaults): string[] {
  const whose = share === 1 ? 'devices' : `${shareText(share)} of the devices`;
  if (share === 0) return [];
  if (unreachable) return [`no link to ${share === 1 ? 'any device' : whose}`];
  return [
    ...(latencyMs > 0 || jitterMs > 0 ? [`frames of ${whose} take ${latencyMs} to ${latencyMs + jitterMs} ms`] : []),
    ...(loss > 0 ? [`${shareText(loss)} of the frames of ${whose} are lost`] : []),
  ];
}

function graphTexts({ next, of, status, limits }: GraphFaults): string[] {
  const { requests, writes, perSeconds } = limits;
  const counted = [...(requests === null ? [] : [`${requests} requests`]), ...(writes === null ? [] : [`${writes} writes`])];
  return [
    ...(next > 0 ? [`Graph answers the next ${next} ${of === 'writes' ? 'writes' : 'requests'} with ${status}`] : []),
    ...(counted.length > 0 ? [`Graph takes ${counted.join(' and ')} in ${perSeconds} s`] : []),
  ];
}

function mailTexts({ down, next, answer, to, lost }: MailFaults): string[] {
  return [
    ...(down ? ['the mailbox lets nobody in'] : []),
    ...(next > 0 ? [`the mailbox refuses ${to === null ? `the next ${next} mails` : `${to} ${next} times`} (${answer})`] : []),
    ...(lost > 0 ? [`the answers to the next ${lost} mails are lost`] : []),
  ];
}

function isSome(share: number | string): boolean {
  return Number.parseFloat(String(share)) > 0;
}
