/**
 * A colour for each state, on Okabe and Ito's palette, which people with any kind of colour vision tell apart:
 * blue is well, orange is on its way out by retire, purple by wipe, red (vermillion, maroon) has failed, grey is gone.
 * Within a family lightness makes the difference. Bands of a chart also have a line of the page's colour between them.
 */
export interface StateColor {
  light: string;
  dark: string;
}

const colors: Record<string, StateColor> = {
  managed: { light: '#0072b2', dark: '#2f93d6' },
  unhealthy: { light: '#f0d732', dark: '#f0e442' },
  retirePending: { light: '#e69f00', dark: '#e69f00' },
  retireIssued: { light: '#a86c00', dark: '#b97d12' },
  retireFailed: { light: '#d55e00', dark: '#e8692c' },
  retireCanceled: { light: '#f5c97a', dark: '#f5cf8a' },
  wipePending: { light: '#cc79a7', dark: '#d987b5' },
  wipeIssued: { light: '#93316f', dark: '#a94a86' },
  wipeFailed: { light: '#8b1a1a', dark: '#b3373c' },
  wipeCanceled: { light: '#e7bdd4', dark: '#eccadd' },
  deletePending: { light: '#009e73', dark: '#17b389' },
  removed: { light: '#8d949c', dark: '#7d8691' },
  compliant: { light: '#0072b2', dark: '#2f93d6' },
  inGracePeriod: { light: '#e69f00', dark: '#e69f00' },
  noncompliant: { light: '#d55e00', dark: '#e8692c' },
  conflict: { light: '#93316f', dark: '#a94a86' },
  error: { light: '#8b1a1a', dark: '#b3373c' },
  unknown: { light: '#8d949c', dark: '#7d8691' },
  'push-shown': { light: '#0072b2', dark: '#2f93d6' },
  'push-not-shown': { light: '#e69f00', dark: '#e69f00' },
  'push-lost': { light: '#8b1a1a', dark: '#b3373c' },
  'push-waiting': { light: '#8d949c', dark: '#7d8691' },
  'not-enrolled': { light: '#cfd4da', dark: '#474e57' },
};

/** For states that came after this list, in turn. */
const others: readonly StateColor[] = [
  { light: '#56b4e9', dark: '#7cc7ee' },
  { light: '#332288', dark: '#7f6fd8' },
  { light: '#117733', dark: '#4fae6c' },
  { light: '#999933', dark: '#bcbc5c' },
];

/** The colours of `states`, in their order. */
export function stateColors(states: readonly string[]): StateColor[] {
  let unknown = 0;
  return states.map((name) => colors[name] ?? others[unknown++ % others.length] ?? { light: '#56b4e9', dark: '#7cc7ee' });
}
