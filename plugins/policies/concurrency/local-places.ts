import type { Leave, Places } from './places.ts';

export interface LocalPlacesOptions {
  readonly limit: number;
  /** So many may wait for a place, so long. */
  readonly queue: { readonly size: number; readonly waitMs: number };
}

interface Line {
  active: number;
  readonly waiting: Set<() => void>;
}

/** Places of this worker alone, first come, first served. */
export function localPlaces({ limit, queue }: LocalPlacesOptions): Places {
  const lines = new Map<string, Line>();

  function taken(key: string, line: Line): Leave {
    let isGone = false;
    return () => {
      if (isGone) return;
      isGone = true;
      const [next] = line.waiting;
      if (next !== undefined) return next();
      line.active -= 1;
      if (line.active === 0) lines.delete(key);
    };
  }

  function wait(key: string, line: Line, signal: AbortSignal): Promise<Leave | undefined> {
    return new Promise((resolve) => {
      const settle = (leave: Leave | undefined) => {
        line.waiting.delete(called);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(leave);
      };
      // Whoever leaves hands its place on: the count of active ones stays.
      const called = () => settle(taken(key, line));
      const giveUp = () => settle(undefined);
      const timer = setTimeout(giveUp, queue.waitMs);
      signal.addEventListener('abort', giveUp);
      line.waiting.add(called);
    });
  }

  return {
    enter(key, signal) {
      let line = lines.get(key);
      if (line === undefined) {
        line = { active: 0, waiting: new Set() };
        lines.set(key, line);
      }
      if (line.active < limit) {
        line.active += 1;
        return taken(key, line);
      }
      return line.waiting.size < queue.size && !signal.aborted ? wait(key, line, signal) : undefined;
    },
  };
}
