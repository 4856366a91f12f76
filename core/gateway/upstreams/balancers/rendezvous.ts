import type { Target } from '../upstream.ts';

/**
 * The target for a key, the same in all workers and hosts: highest random weight. A target that comes takes its share from the others, one that
 * goes leaves its own to them, and no other key moves.
 */
export function rendezvous(targets: readonly Target[], key: string): Target {
  const hashed = hashOf(key);
  let best = targets[0]!;
  let most = Number.NEGATIVE_INFINITY;
  for (const target of targets) {
    // In (0, 1); the logarithm makes shares proportional to weights.
    const chance = (mix(hashed ^ hashOfTarget(target)) + 0.5) / 0x1_0000_0000;
    const score = -target.weight / Math.log(chance);
    if (score <= most) continue;
    most = score;
    best = target;
  }
  return best;
}

const known = new WeakMap<Target, number>();

function hashOfTarget(target: Target): number {
  let hashed = known.get(target);
  if (hashed === undefined) {
    hashed = hashOf(target.id);
    known.set(target, hashed);
  }
  return hashed;
}

/** 32 bits: FNV-1a, then mixed, since keys that differ in their last character must not stay neighbours. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** The end of MurmurHash3. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
