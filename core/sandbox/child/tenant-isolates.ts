import type IsolatedVm from 'isolated-vm';
import { TenantIsolate } from './tenant-isolate.ts';

/** Idle isolates kept per process. Each costs a few megabytes; making one anew costs a millisecond. */
const MOST_KEPT = 4;

/** The isolates of this process by tenant and memory limit; the least recently used is given up first. */
export class TenantIsolates {
  #kept = new Map<string, TenantIsolate>();
  #ivm: typeof IsolatedVm;
  #prelude: string;

  constructor(ivm: typeof IsolatedVm, prelude: string) {
    this.#ivm = ivm;
    this.#prelude = prelude;
  }

  /** The one used last: its tenant is the likeliest to come again. */
  get latest(): TenantIsolate | undefined {
    return [...this.#kept.values()].at(-1);
  }

  take(tenant: string, memoryMb: number): TenantIsolate {
    const key = `${memoryMb} ${tenant}`;
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    if (known !== undefined && !known.worn) {
      this.#kept.set(key, known);
      return known;
    }
    known?.dispose();
    if (this.#kept.size >= MOST_KEPT) this.#giveUpOldest();
    const made = new TenantIsolate(new this.#ivm.Isolate({ memoryLimit: memoryMb }), this.#prelude);
    this.#kept.set(key, made);
    return made;
  }

  #giveUpOldest(): void {
    const [key, oldest] = this.#kept.entries().next().value!;
    this.#kept.delete(key);
    oldest.dispose();
  }
}
