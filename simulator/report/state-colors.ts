/**
 * A colour for each state, on Okabe and Ito's palette, which people with any kind of colour vision tell apart:
 * blue is well, orange is on its way out by retire, purple by wipe, red (vermillion, maroon) has failed, grey is gone.
 * Within a family lightness makes the difference. Bands of a chart also have a line of the page's colour between them.
 */
export interface StateColor {
  light: string;
  dark: string;
}

const blue = { light: '#0072b2', dark: '#2f93d6' };
const orange = { light: '#e69f00', dark: '#e69f00' };
const green = { light: '#009e73', dark: '#17b389' };
const vermillion = { light: '#d55e00', dark: '#e8692c' };
const purple = { light: '#93316f', dark: '#a94a86' };
const pink = { light: '#cc79a7', dark: '#d987b5' };
const maroon = { light: '#8b1a1a', dark: '#b3373c' };
const sky = { light: '#56b4e9', dark: '#7cc7ee' };
const grey = { light: '#8d949c', dark: '#7d8691' };

const colors: Record<string, StateColor> = {
  managed: blue,
  unhealthy: { light: '#f0d732', dark: '#f0e442' },
  retirePending: orange,
  retireIssued: { light: '#a86c00', dark: '#b97d12' },
  retireFailed: vermillion,
  retireCanceled: { light: '#f5c97a', dark: '#f5cf8a' },
  wipePending: pink,
  wipeIssued: purple,
  wipeFailed: maroon,
  wipeCanceled: { light: '#e7bdd4', dark: '#eccadd' },
  deletePending: green,
  removed: grey,
  compliant: blue,
  inGracePeriod: orange,
  noncompliant: vermillion,
  conflict: purple,
  error: maroon,
  unknown: grey,
  'push-shown': blue,
  'push-not-shown': orange,
  'push-lost': maroon,
  'push-waiting': grey,
  'not-enrolled': { light: '#cfd4da', dark: '#474e57' },
  // Why records went.
  expired: grey,
  retired: orange,
  wiped: purple,
  deleted: green,
  unenrolled: sky,
  // How mails stand.
  sent: blue,
  queued: orange,
  failed: vermillion,
  'not-sent': maroon,
  // What has no family: certificates, devices, how long something took.
  enrolled: blue,
  renewed: sky,
  time: blue,
  delivered: pink,
};

/** For states that came after this list, in turn. */
const others: readonly StateColor[] = [
  { light: '#56b4e9', dark: '#7cc7ee' },
  { light: '#332288', dark: '#7f6fd8' },
  { light: '#117733', dark: '#4fae6c' },
  { light: '#999933', dark: '#bcbc5c' },
];

/** For the first few of a list of any names, by rank; the last is for all the rest. */
const ranks: readonly StateColor[] = [blue, orange, green, vermillion, pink, sky, grey];

/** Names of colours for names that have none of their own: so many, the last for all others. */
export const rankColors: readonly string[] = ranks.map((_, rank) => `rank-${rank}`);

/** The colours of a page, numbered as they come: `state-0`, `state-1`, … */
export interface Palette {
  /** Number of the first of these; the others follow. */
  add(names: readonly string[]): number;
  colors(): readonly StateColor[];
}

export function createPalette(): Palette {
  const taken: StateColor[] = [];
  let unknown = 0;
  const colorOf = (name: string): StateColor => {
    const rank = rankColors.indexOf(name);
    return colors[name] ?? ranks[rank] ?? others[unknown++ % others.length] ?? sky;
  };
  return {
    add: (names) => taken.push(...names.map(colorOf)) - names.length,
    colors: () => taken,
  };
}
