/** Faults as sentences for a story's timeline. */
import { formatDuration } from '../../runtime/duration.ts';
import type { TimelineEntry } from '../result.ts';
import type { Fault, FaultKind } from '../scenarios/fault.ts';

interface Words {
  who: TimelineEntry['who'];
  begins: string;
  ends: string;
}

const words: Record<FaultKind, Words> = {
  latency: { who: 'network', begins: 'the network is slow', ends: 'the network is as fast as ever' },
  jitter: { who: 'network', begins: 'the network is unsteady', ends: 'the network is steady again' },
  loss: { who: 'network', begins: 'the network loses frames', ends: 'the network loses no frames any more' },
  reset: { who: 'network', begins: 'connections are reset', ends: 'connections hold again' },
  halfOpen: { who: 'network', begins: 'its connection falls silent', ends: 'new connections hold again' },
  slowReader: { who: 'device', begins: 'reads slowly', ends: 'reads as fast as ever' },
  slowWriter: { who: 'device', begins: 'sends slowly', ends: 'sends as fast as ever' },
  partition: { who: 'network', begins: 'the service is out of reach', ends: 'the service is in reach again' },
  unavailable: { who: 'service', begins: 'is not available', ends: 'is available again' },
  throttled: { who: 'service', begins: 'answers only some check-ins', ends: 'answers every check-in again' },
  slow: { who: 'service', begins: 'is slow', ends: 'is as fast as ever' },
  push: { who: 'service', begins: 'pushes are lost or late', ends: 'pushes arrive again' },
  mail: { who: 'service', begins: 'the mail server takes no mails', ends: 'the mail server takes mails again' },
  clockSkew: { who: 'device', begins: 'its clock is wrong', ends: 'its clock is right again' },
  interruptedWipe: { who: 'device', begins: 'its battery will not last for a wipe', ends: 'its battery lasts again' },
  failedRenewal: { who: 'service', begins: 'cannot sign new certificates', ends: 'can sign new certificates again' },
};

export function faultSentence({ name, what }: Fault, begins: boolean): { who: TimelineEntry['who']; what: string } {
  const { who, begins: begun, ends } = words[what.kind];
  const isClock = what.kind === 'clockSkew' && what.fromMs === what.untilMs && begins;
  const by = isClock ? `: ${formatDuration(Math.abs(what.fromMs))} ${what.fromMs < 0 ? 'behind' : 'ahead'}` : '';
  return { who, what: `${begins ? begun : ends}${by} (fault ${name})` };
}
