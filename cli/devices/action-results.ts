/** `deviceActionResults` of Graph for people: one line for each action, with what is special about it. Pure. */
import { printable } from '../../simulator/scenarios/errors.ts';

interface ActionResult {
  actionName: string;
  actionState: string;
  startDateTime: string;
  lastUpdatedDateTime: string;
}

/** What every result has, and what tells nothing. */
const common = ['@odata.type', 'actionName', 'actionState', 'startDateTime', 'lastUpdatedDateTime'];

/** Names and states stand in columns; what only some results have (a PIN, a location, an error code) follows as name=value. */
export function actionResultLines(results: readonly ActionResult[]): string[] {
  const nameWidth = Math.max(0, ...results.map((result) => result.actionName.length));
  const stateWidth = Math.max(0, ...results.map((result) => result.actionState.length));
  return results.map((result) => {
    const { actionName, actionState, startDateTime, lastUpdatedDateTime } = result;
    const when = actionState === 'pending' ? `since ${startDateTime}` : lastUpdatedDateTime;
    const more = Object.entries(result)
      .filter(([name, value]) => !common.includes(name) && value !== null && value !== '')
      .map(([name, value]) => `${name}=${detail(value)}`);
    return printable([actionName.padEnd(nameWidth), actionState.padEnd(stateWidth), when, ...more].join('  '));
  });
}

function detail(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const place = value as { latitude?: number; longitude?: number; horizontalAccuracy?: number };
  if (place.latitude === undefined || place.longitude === undefined) return JSON.stringify(value);
  return `${place.latitude},${place.longitude} (within ${place.horizontalAccuracy ?? '?'} m)`;
}
