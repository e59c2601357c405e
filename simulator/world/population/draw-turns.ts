/** Draws what becomes of one device by itself, each plan of its group from labels of its own: another plan changes nothing of the first. */
import type { DeviceState } from '../../../agent/device/state.ts';
import type { Inventory } from '../../../protocol/messages.ts';
import { drawDuration } from '../../../runtime/distribution.ts';
import { dayMs } from '../../../runtime/duration.ts';
import type { Random } from '../../../runtime/random.ts';
import type { BatteryPlan, FleetGroup, Replacement } from '../../scenarios/scenario.ts';
import { drawWeighted } from '../draw.ts';
import type { Turn } from '../turns.ts';
import { addLapses } from './draw-lapses.ts';
import { addUpdates, type Era, newestOf } from './draw-versions.ts';
import { TurnList } from './turn-list.ts';

const monthMs = 30 * dayMs;
/** A device that is replaced more often than this in one run is a mistake in the file. */
const replacementsMax = 1_000;
/** None comes more often: it would be no turn of a life but a beat. */
const pauseMsMin = 60_000;

const none: readonly Turn[] = [];

/** @param until nothing begins at or after this instant */
export function drawTurns(
  group: FleetGroup,
  device: DeviceState,
  { startAt, until, enrollAt }: { startAt: number; until: number; enrollAt: number },
  random: Random,
): readonly Turn[] {
  const { lapses, replaced, osUpdates, passcodeChanges, battery } = group;
  if (lapses === null && replaced === null && osUpdates.length === 0 && passcodeChanges === null && battery === null) return none;
  const turns = new TurnList();
  const eras: Era[] = [{ from: startAt, inventory: device.inventory }];
  if (replaced !== null) addReplacements(turns, eras, group, replaced, device.has, { startAt, until, enrollAt }, random);
  const versions = addUpdates(turns, osUpdates, eras, startAt, random);
  if (lapses !== null) addLapses(turns, lapses, device, versions, startAt, until, random);
  if (passcodeChanges !== null) {
    const draw = random.fork('passcode-changes');
    // The first one is a part of the pause away: the passcode is as old as any.
    let at = enrollAt + Math.floor(draw.unit() * drawDuration(passcodeChanges.every, draw.unit()));
    for (; at < until; at += Math.max(pauseMsMin, drawDuration(passcodeChanges.every, draw.unit()))) {
      turns.add(at, { kind: 'passcode', passcode: String(draw.integer(100_000, 999_999)) });
    }
  }
  if (battery !== null) addBattery(turns, battery, startAt, until, random);
  return turns.inOrder();
}

/** Each month of 30 days is drawn for itself, so that a longer run has the same ones and more. */
function addBattery(turns: TurnList, { emptyPerMonth, off }: BatteryPlan, startAt: number, until: number, random: Random): void {
  let free = startAt;
  for (let month = 0, begin = startAt; begin < until; month++, begin += monthMs) {
    const draw = random.fork(`battery/${month}`);
    const times = Math.floor(emptyPerMonth) + (draw.chance(emptyPerMonth % 1) ? 1 : 0);
    const drawn = Array.from({ length: times }, () => [begin + draw.integer(0, monthMs - 1), draw.unit()] as const);
    for (const [from, unit] of drawn.sort((a, b) => a[0] - b[0])) {
      if (from < free || from >= until) continue;
      free = from + Math.max(pauseMsMin, drawDuration(off, unit));
      turns.spell(from, { kind: 'power', part: 'begin' }, free, { kind: 'power', part: 'end' });
    }
  }
}

function addReplacements(
  turns: TurnList,
  eras: Era[],
  group: FleetGroup,
  { share, every, old, pause, models }: Replacement,
  has: DeviceState['has'],
  { startAt, until, enrollAt }: { startAt: number; until: number; enrollAt: number },
  random: Random,
): void {
  const draw = random.fork('replaced');
  if (!draw.chance(share)) return;
  // Those of the start are of any age.
  let endAt = enrollAt + Math.floor(draw.unit() * drawDuration(every, draw.unit()));
  const first = (eras[0] as Era).inventory;
  for (let time = 1; time <= replacementsMax; time++) {
    const newAt = endAt + Math.max(pauseMsMin, drawDuration(pause, draw.unit()));
    if (endAt < until && old !== 'drawer') turns.add(endAt, { kind: 'ask', action: old === 'retired' ? 'retire' : 'wipe' });
    if (newAt >= until) return;
    const { model, manufacturer, osVersion } = drawWeighted(models ?? group.models, random.fork(`replaced/${time}/model`).unit());
    const by: Inventory = {
      ...first,
      model,
      manufacturer,
      osVersion: newestOf(group.osUpdates, model, osVersion, newAt - startAt),
      serialNumber: `${first.serialNumber}-${time + 1}`,
    };
    turns.add(newAt, { kind: 'replaced', by, has });
    eras.push({ from: newAt, inventory: by });
    endAt = newAt + Math.max(pauseMsMin, drawDuration(every, draw.unit()));
  }
}
