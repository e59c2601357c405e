/** A program with all that it has started: its memory, its CPU time, its end. From /proc, so on Linux alone. */
import { readdirSync, readFileSync } from 'node:fs';

const pageBytes = 4096;
/** USER_HZ, which is 100 wherever Linux runs. */
const ticksPerSecond = 100;

export interface TreeUsage {
  rssBytes: number;
  cpuMs: number;
}

export function treeUsage(root: number): TreeUsage {
  const usage: TreeUsage = { rssBytes: 0, cpuMs: 0 };
  for (const pid of treeOf(root)) {
    const stat = statOf(pid);
    if (stat === null) continue;
    usage.rssBytes += stat.pages * pageBytes;
    usage.cpuMs += (stat.ticks * 1000) / ticksPerSecond;
  }
  return usage;
}

/** The youngest first, so that none is left to start another one. */
export function endTree(root: number, signal: NodeJS.Signals): void {
  for (const pid of treeOf(root).reverse()) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function treeOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat !== null) children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** null: it has ended. */
function statOf(pid: number): { parent: number; ticks: number; pages: number } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name, in parentheses, may hold anything.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1] ?? 0, ticks: (fields[11] ?? 0) + (fields[12] ?? 0), pages: fields[21] ?? 0 };
}
