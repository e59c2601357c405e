/** Where the time goes, by parts of the house: self times of a CPU profile. */

export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  /** The node that ran at each sample, and the microseconds since the sample before. */
  samples: number[];
  timeDeltas: number[];
}

/** Part → share of the time: 0 to 1. */
export type Shares = Record<string, number>;

/** The first that fits decides. */
export type Parts = readonly (readonly [name: string, of: RegExp])[];

const partsOfRun: Parts = [
  ['garbage collection', /^\(garbage collector\)/],
  ['the service', /\/(server-stub|certs)\/|@noble/],
  ['the devices', /\/agent\//],
  ['chance', /\/runtime\/random\./],
  ['the queue', /\/simulator\/world\/(heap-queue|timing-wheel|event-queue)\./],
  [
    'who watches',
    /\/simulator\/world\/(watch|trace|tally|measures?[a-z-]*|time-buckets|state-count|findings|notification-(tally|copies|audience|checkers)|(compliance-)?checkers)\./,
  ],
  ['the world between', /\/(simulator|protocol|runtime)\//],
];
const restOfRun = 'start and end';

/** @param rest what else there is is called */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile, parts = partsOfRun, rest = restOfRun): Shares {
  const named = (text: string) => parts.find(([, of]) => of.test(text))?.[0] ?? rest;
  const partOf = new Map(
    nodes.map(({ id, callFrame: { functionName, url } }) => [id, functionName === '(idle)' ? null : named(`${functionName} ${url}`)]),
  );
  const times: Shares = Object.fromEntries([...parts.map(([name]) => [name, 0]), [rest, 0]]);
  let total = 0;
  samples.forEach((id, index) => {
    const part = partOf.get(id);
    const time = timeDeltas[index] as number;
    if (part === undefined || part === null) return;
    times[part] = (times[part] as number) + time;
    total += time;
  });
  return Object.fromEntries(Object.entries(times).map(([name, time]) => [name, total === 0 ? 0 : time / total]));
}
