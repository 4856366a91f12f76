import { andThen, type SharedState, sharedUpdates } from '@backplane/sdk';
import type { Leave, Places } from './places.ts';

export interface SharedPlacesOptions {
  readonly shared: SharedState;
  readonly limit: number;
  /** A request that has not given its place back after so long is taken for lost: its worker may have died. */
  readonly leaseMs: number;
  now(): number;
  onLost(): void;
}

/** Places of all workers and hosts together. The value is a list of who is in: `id@until`, separated by spaces. */
export function sharedPlaces({ shared, limit, leaseMs, now, onLost }: SharedPlacesOptions): Places {
  // Denying a place by an old value would be wrong: it is always read anew.
  const update = sharedUpdates(shared, { remember: 0 });
  const worker = Math.random().toString(36).slice(2);
  let entered = 0;
  const inside = (text: string | undefined) =>
    (text ?? '').split(' ').filter((entry) => Number(entry.slice(entry.indexOf('@') + 1)) > now());

  function leaver(key: string, entry: string): Leave {
    let isGone = false;
    const leave = () =>
      update(key, (text) => ({
        next: inside(text)
          .filter((one) => one !== entry)
          .join(' '),
        ttlMs: leaseMs,
        result: undefined,
      }));
    return () => {
      if (isGone) return;
      isGone = true;
      try {
        const left = leave();
        if (left instanceof Promise) left.catch(onLost);
      } catch {
        onLost();
      }
    };
  }

  return {
    enter(key) {
      entered += 1;
      const entry = `${worker}-${entered}@${now() + leaseMs}`;
      const isIn = update(key, (text) => {
        const others = inside(text);
        if (others.length >= limit) return { ttlMs: 0, result: false };
        return { next: [...others, entry].join(' '), ttlMs: leaseMs, result: true };
      });
      return andThen(isIn, (done) => (done ? leaver(key, entry) : undefined));
    },
  };
}
