/**
 * Refusing requests of Graph because there are too many: on demand (the next N), and at limits, counted per program and for the tenant
 * (reference §3.5). Everything is in real time: clients wait in it, and a tenant's clock that stands still would never let them pass.
 */

/** What a test asks for: of the next N requests each is refused. */
export interface RefusalsOnDemand {
  next: number;
  /** `writes`: POST, PUT, PATCH and DELETE; the others pass uncounted. */
  of?: 'all' | 'writes';
  /** 429 (default), or 503 and 504 for a service that is down. */
  status?: 429 | 503 | 504;
  /** Default 1. */
  retryAfterSeconds?: number;
}

export interface ThrottleLimits {
  /** Any request of one program within the window; for the tenant it is twice as many. null: no limit. */
  requests: number | null;
  /** The same of writes. */
  writes: number | null;
  perSeconds: number;
}

export type ThrottleChange = RefusalsOnDemand | Partial<ThrottleLimits> | { preset: 'intune' } | { off: true };

export interface ThrottleView {
  next: number;
  of: 'all' | 'writes';
  status: number;
  retryAfterSeconds: number;
  limits: ThrottleLimits;
  /** Since the stub was started. */
  refused: number;
}

/** One request: whose, and whether it writes. */
export interface Arrival {
  /** Client id of the program, or what stands for it. */
  app: string;
  isWrite: boolean;
}

export interface Throttled {
  status: 429 | 503 | 504;
  retryAfterSeconds: number;
}

export interface Throttle {
  /** Counts it; null: it may pass. Refused ones count too, as with the real service. */
  admit(arrival: Arrival): Throttled | null;
  show(): ThrottleView;
  set(change: ThrottleChange): void;
}

/** Of the real service, for managed devices. */
const intuneLimits: ThrottleLimits = { requests: 2000, writes: 200, perSeconds: 20 };
const noLimits: ThrottleLimits = { requests: null, writes: null, perSeconds: 20 };
const noDemand: Required<RefusalsOnDemand> = { next: 0, of: 'all', status: 429, retryAfterSeconds: 1 };

const tenantShare = 2;
const tenantWindow = '';

interface Window {
  endsAt: number;
  requests: number;
  writes: number;
}

/** @param realNow ms */
export function createThrottle(realNow: () => number = Date.now): Throttle {
  let demand = noDemand;
  let limits = noLimits;
  let refused = 0;
  const windows = new Map<string, Window>();

  const counted = (name: string, isWrite: boolean, share: number): Throttled | null => {
    const now = realNow();
    const known = windows.get(name);
    const window = known !== undefined && now < known.endsAt ? known : { endsAt: now + limits.perSeconds * 1000, requests: 0, writes: 0 };
    windows.set(name, window);
    window.requests += 1;
    if (isWrite) window.writes += 1;
    const isOver = (count: number, max: number | null) => max !== null && count > max * share;
    if (!isOver(window.requests, limits.requests) && !(isWrite && isOver(window.writes, limits.writes))) return null;
    return { status: 429, retryAfterSeconds: Math.max(1, Math.ceil((window.endsAt - now) / 1000)) };
  };

  const byDemand = (isWrite: boolean): Throttled | null => {
    const { next, of, status, retryAfterSeconds } = demand;
    if (next === 0 || (of === 'writes' && !isWrite)) return null;
    demand = { ...demand, next: next - 1 };
    return { status, retryAfterSeconds };
  };

  const byLimits = ({ app, isWrite }: Arrival): Throttled | null => {
    if (limits.requests === null && limits.writes === null) return null;
    for (const [name, { endsAt }] of windows) if (realNow() >= endsAt) windows.delete(name);
    // Both count, whichever refuses.
    const own = counted(`app ${app}`, isWrite, 1);
    return counted(tenantWindow, isWrite, tenantShare) ?? own;
  };

  return {
    admit(arrival) {
      const limited = byLimits(arrival);
      const refusal = byDemand(arrival.isWrite) ?? limited;
      if (refusal !== null) refused += 1;
      return refusal;
    },
    show: () => ({ ...demand, limits, refused }),
    set(change) {
      if ('next' in change) {
        demand = { ...noDemand, ...change };
        return;
      }
      windows.clear();
      if ('off' in change) {
        demand = noDemand;
        limits = noLimits;
      } else limits = 'preset' in change ? intuneLimits : { ...limits, ...change };
    },
  };
}
