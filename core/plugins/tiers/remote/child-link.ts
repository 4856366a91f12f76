import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { endWithHost } from '../../../sandbox/pool/end-with-host.ts';
import { residentBytes } from '../../../sandbox/pool/process-usage.ts';
import { FrameReader, writeFrame } from '../frames.ts';

/** How to start a process of a tier. */
export interface ChildCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** What an earlier process has told of the host's code; see `host-code/`. */
  readonly code?: Uint8Array | undefined;
}

/** How a process ended. */
export interface ChildEnd {
  readonly how: string;
  /** Its own words on the way out, for the log. */
  readonly stderr: string;
  readonly outOfMemory: boolean;
}

export interface LinkHandlers {
  frame(text: string, tail: Uint8Array | undefined): void;
  /** A frame is announced that is larger than any may be. */
  oversized(): void;
  /** What it printed. */
  printed(text: string): void;
  ended(end: ChildEnd): void;
}

/** By which an isolate's process says that the isolate was out of memory. */
export const OUT_OF_MEMORY = 71;
const KEPT_STDERR = 4000;
const MOST_UNREAD = 64 * 1024 * 1024;

/** A process of a tier and the pipe to it. */
export class ChildLink {
  readonly #process: ChildProcess;
  readonly #pipe: Duplex;
  readonly #handlers: LinkHandlers;
  #queued: Buffer[] = [];
  #stderr = '';
  #ended = false;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;

  constructor(command: ChildCommand, mostBytes: number, handlers: LinkHandlers) {
    this.#handlers = handlers;
    this.#process = spawn(process.execPath, command.args, {
      cwd: command.cwd,
      env: {},
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    endWithHost(this.#process);
    this.#process.stdin!.on('error', () => {}); // it is gone; its exit says so
    this.#process.stdin!.end(command.code);
    this.#pipe = this.#process.stdio[3] as Duplex;
    const reader = new FrameReader(mostBytes, (text, tail) => this.#ended || handlers.frame(text, tail));
    this.#pipe.on('data', (chunk: Buffer) => {
      if (!this.#ended && !reader.push(chunk)) handlers.oversized();
    });
    this.#pipe.on('error', () => {}); // the process is gone; its exit says so
    this.#process.stdout!.on('data', (chunk: Buffer) => handlers.printed(chunk.toString('utf8')));
    this.#process.stderr!.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      if (this.#stderr.length < KEPT_STDERR) this.#stderr += text.slice(0, KEPT_STDERR);
      handlers.printed(text);
    });
    this.gone = new Promise((resolve) => {
      this.#process.once('error', (error) => this.#end(error.message, resolve));
      this.#process.once('exit', (code, signal) => this.#end(signal ?? `exit code ${code}`, resolve, code));
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resident memory in bytes; undefined where the system does not tell. */
  get residentBytes(): number | undefined {
    return this.pid === undefined || this.#ended ? undefined : residentBytes(this.pid);
  }

  /** False when the process does not take what it is sent. Messages of one turn leave together. */
  send(text: string, tail?: Uint8Array): boolean {
    if (this.#ended) return true;
    if (this.#queued.push(writeFrame(text, tail)) === 1) queueMicrotask(() => this.#flush());
    return this.#pipe.writableLength < MOST_UNREAD;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Keeps the host alive while there is work, and only then. */
  hold(work: boolean): void {
    const method = work ? 'ref' : 'unref';
    this.#process[method]();
    for (const pipe of [this.#pipe, this.#process.stdout!, this.#process.stderr!]) {
      (pipe as unknown as { ref(): void; unref(): void })[method]();
    }
  }

  #flush(): void {
    const frames = this.#queued;
    this.#queued = [];
    if (!this.#ended) this.#pipe.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
  }

  #end(how: string, resolve: () => void, code?: number | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pipe.destroy();
    const stderr = this.#stderr.trim();
    this.#handlers.ended({ how, stderr, outOfMemory: code === OUT_OF_MEMORY || /heap out of memory/i.test(stderr) });
    resolve();
  }
}
