import type { Exports } from './web-assembly.ts';

/** Small enough that a run which touches little has little restored, large enough that comparing costs no more than reading. */
const PAGE = 16 * 1024;

type MutableGlobal = readonly [variable: WebAssembly.Global, value: unknown];

/**
 * All that a WebAssembly program knows, as it was at one moment: its memory and its variables. To restore it is to forget
 * everything since, whatever that was; no code of the program takes part.
 */
export class MemoryImage {
  readonly #memory: WebAssembly.Memory;
  readonly #bytes: Buffer;
  readonly #pages: readonly Buffer[];
  readonly #globals: readonly MutableGlobal[];
  #live: Buffer[] = [];
  #liveBuffer: ArrayBuffer | undefined;

  constructor(memory: WebAssembly.Memory, exports: Exports) {
    this.#memory = memory;
    this.#bytes = Buffer.from(memory.buffer.slice(0));
    this.#pages = pagesOf(this.#bytes);
    this.#globals = Object.values(exports).flatMap(mutableGlobal);
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** `usedBytes`: how far the heap reaches now; what lies beyond the image is wiped up to there. */
  restore(usedBytes: number): void {
    for (const [global, value] of this.#globals) global.value = value;
    if (this.#liveBuffer !== this.#memory.buffer) {
      this.#liveBuffer = this.#memory.buffer as ArrayBuffer;
      this.#live = pagesOf(Buffer.from(this.#liveBuffer, 0, this.size));
    }
    for (let index = 0; index < this.#pages.length; index++) {
      const [page, live] = [this.#pages[index]!, this.#live[index]!];
      if (page.compare(live) !== 0) page.copy(live);
    }
    const all = new Uint8Array(this.#memory.buffer);
    if (all.length > this.size) all.fill(0, this.size, Math.max(this.size, Math.min(usedBytes, all.length)));
  }
}

function pagesOf(bytes: Buffer): Buffer[] {
  const pages: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PAGE) pages.push(bytes.subarray(at, at + PAGE));
  return pages;
}

/** Writing a global its own value is the only way to ask whether it can be written. */
function mutableGlobal(exported: unknown): MutableGlobal[] {
  if (!(exported instanceof WebAssembly.Global)) return [];
  try {
    const { value } = exported;
    exported.value = value;
    return [[exported, value]];
  } catch {
    return []; // a constant
  }
}
