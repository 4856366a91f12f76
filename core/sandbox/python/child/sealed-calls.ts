import type { ConsoleSink } from './console-sink.ts';

/** What the interpreter may do with the world during a run; `memory` is set once it has one. */
export interface RunState {
  memory: WebAssembly.Memory | undefined;
  /** Heap size in bytes that it may grow to. */
  mostBytes: number;
  /** It has been refused more: whatever goes wrong now goes wrong for want of memory. */
  starved: boolean;
  console: ConsoleSink | undefined;
}

const EBADF = 8;
const EROFS = 69;
const EINVAL = 28;
/** Access mode, O_CREAT, O_TRUNC, O_APPEND: a file opened with any of them could be changed. */
const WRITING = 0o3 | 0o100 | 0o1000 | 0o2000;

/** Thrown through the interpreter when the script ends it (`os._exit`, `os.abort`): the process is replaced. */
export class InterpreterExit extends Error {
  constructor() {
    super('the script ended the interpreter');
  }
}

/** The calls that are neither open nor shut, but narrower than they were. */
export function sealedCalls(
  state: RunState,
): Record<string, (this: (...args: any[]) => unknown, ...args: any[]) => unknown> {
  const exit = () => {
    throw new InterpreterExit();
  };
  return {
    /** Files can be read (they are the standard library, in memory) and never written. */
    __syscall_openat(folder: number, path: number, flags: number, varargs: number) {
      return (flags & WRITING) === 0 ? this(folder, path, flags, varargs) : -EROFS;
    },
    emscripten_resize_heap(bytes: number) {
      state.starved ||= bytes >>> 0 > state.mostBytes;
      return bytes >>> 0 <= state.mostBytes ? this(bytes) : 0;
    },
    fd_write(descriptor: number, vectors: number, count: number, written: number) {
      if (descriptor !== 1 && descriptor !== 2) return EBADF;
      const view = new DataView(state.memory!.buffer);
      const parts: Buffer[] = [];
      for (let at = vectors >>> 0, end = at + count * 8; at < end; at += 8) {
        const [start, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
        parts.push(Buffer.from(state.memory!.buffer, start, length));
      }
      const text = Buffer.concat(parts);
      state.console?.write(descriptor === 1 ? 'info' : 'error', text.toString('utf8'));
      view.setUint32(written >>> 0, text.length, true);
      return 0;
    },
    /** There is nothing to poll: what is left of it is the pause. */
    __syscall_poll(_entries: number, count: number, milliseconds: number) {
      if (count !== 0) return -EINVAL;
      if (milliseconds > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
      return 0;
    },
    proc_exit: exit,
    exit,
    _abort_js: exit,
  };
}
