import type { ResolvedLimits } from '../script-limits.ts';
import type { Failure } from '../wire.ts';
import { cpuMs, residentBytes } from './process-usage.ts';

/** A run that takes longer than this is watched closely, and nobody waits behind it. */
const SLOW_MS = 50;
/** What the child gets beyond the limit to end the run itself, which spares the process. */
const WALL_GRACE_MS = 250;
const CANCEL_GRACE_MS = 100;
/** Memory of a process besides the script's own, and the factor by which V8 may overshoot a heap limit before it acts. */
const BASE_BYTES = 160 * 1024 * 1024;
const OVERSHOOT = 2;

/** The limits of one run as seen from outside its process: what holds when nothing inside answers any more. */
export class RunWatch {
  readonly #limits: ResolvedLimits;
  readonly #pid: number;
  readonly #begun = performance.now();
  readonly #mostBytes: number;
  #cpuBefore: number | undefined;
  #nextCpuCheck: number;
  #cancelBy = Number.POSITIVE_INFINITY;
  slow = false;

  constructor(limits: ResolvedLimits, pid: number, rssBefore: number) {
    this.#limits = limits;
    this.#pid = pid;
    this.#mostBytes = Math.max(BASE_BYTES, rssBefore) + OVERSHOOT * limits.memoryMb * 1024 * 1024;
    this.#nextCpuCheck = this.#begun + limits.cpuMs;
  }

  /** The caller gave up: the run has a moment to end by itself. */
  cancel(): void {
    this.#cancelBy = performance.now() + CANCEL_GRACE_MS;
  }

  /** Why the process must be killed now, if it must. */
  check(now: number): Failure | undefined {
    const elapsed = now - this.#begun;
    if (now > this.#cancelBy) return { kind: 'cancelled' };
    if (elapsed > this.#limits.wallMs + WALL_GRACE_MS) return { kind: 'wall' };
    if (elapsed < SLOW_MS) return undefined;
    if (!this.slow) {
      this.slow = true;
      this.#cpuBefore = cpuMs(this.#pid);
    }
    if ((residentBytes(this.#pid) ?? 0) > this.#mostBytes) return { kind: 'memory' };
    return now >= this.#nextCpuCheck && this.#cpuExceeded(now, elapsed) ? { kind: 'cpu' } : undefined;
  }

  /** Where the system does not tell processor time, time on the clock stands in for it. */
  #cpuExceeded(now: number, elapsed: number): boolean {
    const total = cpuMs(this.#pid);
    const used = total === undefined || this.#cpuBefore === undefined ? elapsed : total - this.#cpuBefore;
    this.#nextCpuCheck = now + Math.max(SLOW_MS, this.#limits.cpuMs - used);
    return used >= this.#limits.cpuMs;
  }
}
