/**
 * Draws when a device of a group stops keeping the rules, how, and for how long. Each month of 30 days is drawn for itself, so that a longer
 * run has the same lapses and more; one that would begin while another lasts is left out.
 */
import type { DeviceState } from '../../../agent/device/state.ts';
import type { DeviceChange } from '../../../protocol/hands.ts';
import type { Platform } from '../../../protocol/platforms.ts';
import { drawDuration } from '../../../runtime/distribution.ts';
import { dayMs } from '../../../runtime/duration.ts';
import type { Random } from '../../../runtime/random.ts';
import type { LapseKind, LapsePlan } from '../../scenarios/scenario.ts';
import type { Versions } from './draw-versions.ts';
import type { TurnList } from './turn-list.ts';

const monthMs = 30 * dayMs;

/** @param until no lapse begins at or after this instant */
export function addLapses(
  turns: TurnList,
  plan: LapsePlan,
  device: DeviceState,
  versions: Versions,
  startAt: number,
  until: number,
  random: Random,
): void {
  if (plan.perMonth === 0) return;
  let free = startAt;
  for (let month = 0, at = startAt; at < until; month++, at += monthMs) {
    if (!random.fork(`lapses/${month}`).chance(plan.perMonth)) continue;
    const draw = random.fork(`lapses/${month}/what`);
    const from = at + draw.integer(0, monthMs - 1);
    const length = Math.max(1, drawDuration(plan.lasts, draw.unit()));
    const kind = plan.of[draw.integer(0, plan.of.length - 1)] as LapseKind;
    const both = changeOf(kind, device, versions.at(from + length));
    if (from < free || from >= until || both === null) continue;
    free = from + length;
    turns.spell(from, { kind: 'change', part: 'begin', change: both.change }, free, { kind: 'change', part: 'end', change: both.undo });
  }
}

/** What a lapse does, and what undoes it; null: such a device never has this one. @param version what its system is when it is over */
function changeOf(kind: LapseKind, { has, inventory }: DeviceState, version: string): { change: DeviceChange; undo: DeviceChange } | null {
  switch (kind) {
    case 'passcode':
      return has.passcode === null ? null : { change: { passcode: null }, undo: { passcode: has.passcode } };
    case 'encryption':
      return has.encrypted ? { change: { encrypted: false }, undo: { encrypted: true } } : null;
    case 'jailbreak':
      return rootable.has(inventory.platform) && !has.jailBroken ? { change: { jailBroken: true }, undo: { jailBroken: false } } : null;
    case 'osVersion':
      return { change: { osVersion: oldVersion[inventory.platform] }, undo: { osVersion: version } };
    case 'threat':
      return threat;
  }
}

const rootable: ReadonlySet<Platform> = new Set(['ios', 'android']);
/** Of devices that were put back to what nobody supports any more. */
const oldVersion: Readonly<Record<Platform, string>> = { ios: '12.5.7', macos: '10.15.7', android: '7.1.2', windows: '10.0.17763.5936' };
const threat = { change: { security: { threatLevel: 'high' } }, undo: { security: { threatLevel: null } } } as const;
