/** Who can be notified: groups and devices, found by their names. */
import { get, graph, type Page, post, quoted } from '../api.ts';
import { nameOf, searchHeaders, searchPath } from '../policies/lists.ts';
import type { Audience } from './send.ts';

export interface Candidate {
  id: string;
  name: string;
  /** Beside the name. */
  about: string;
  /** Why it cannot be notified. */
  why: string | null;
}

interface FoundDevice {
  id: string;
  deviceName: string;
  operatingSystem: string;
  userPrincipalName: string;
}

const shownMax = 10;
const deviceColumns = 'id,deviceName,operatingSystem,userPrincipalName';
const systems = ['iOS', 'iPadOS', 'Android'];

function deviceCandidate({ id, deviceName, operatingSystem, userPrincipalName }: FoundDevice): Candidate {
  const about = [operatingSystem, userPrincipalName].filter((text) => text !== '').join(', ');
  return { id, name: deviceName, about, why: systems.includes(operatingSystem) ? null : 'Only iOS, iPadOS and Android show them.' };
}

interface FoundGroup {
  id: string;
  displayName: string | null;
  description?: string | null;
}

const groupCandidate = (group: FoundGroup): Candidate => ({
  id: group.id,
  name: nameOf(group),
  about: group.description ?? '',
  why: null,
});

/** The first ones whose name holds `text` (groups: with a word that begins so); all for ''. */
export async function candidates(kind: Audience['kind'], text: string, stop: AbortSignal): Promise<Candidate[]> {
  if (kind === 'groups') {
    const { value } = await get<Page<FoundGroup>>(searchPath('groups', text, shownMax), { signal: stop, headers: searchHeaders });
    return value.map(groupCandidate);
  }
  const held = text.trim();
  const fields = ['deviceName', 'serialNumber', 'userPrincipalName'];
  const $filter = held === '' ? undefined : fields.map((field) => `contains(${field},${quoted(held)})`).join(' or ');
  const path = graph('deviceManagement/managedDevices', { $select: deviceColumns, $top: shownMax, $filter });
  return (await get<Page<FoundDevice>>(path, { signal: stop })).value.map(deviceCandidate);
}

/** Those with these ids, as far as there are such. */
export async function candidatesById(kind: Audience['kind'], ids: readonly string[], stop: AbortSignal): Promise<Candidate[]> {
  if (kind === 'groups') {
    const asked = { ids, types: ['group'] };
    const { value } = await post<Page<FoundGroup>>(graph('directoryObjects/getByIds'), asked, { signal: stop });
    return value.map(groupCandidate);
  }
  const $filter = `id in (${ids.map(quoted).join(',')})`;
  const path = graph('deviceManagement/managedDevices', { $select: deviceColumns, $top: ids.length, $filter });
  return (await get<Page<FoundDevice>>(path, { signal: stop })).value.map(deviceCandidate);
}
