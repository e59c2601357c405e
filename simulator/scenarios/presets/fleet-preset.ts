/** As files write it. */
export type Written = Readonly<Record<string, unknown>>;

/** A fleet in the words of a scenario file. Its groups come in the order of the file, one kind of device each. */
export interface FleetPreset {
  devices: number;
  holidays: readonly unknown[];
  storms: readonly unknown[];
  osUpdates: readonly Written[];
  fleet: readonly Written[];
}
