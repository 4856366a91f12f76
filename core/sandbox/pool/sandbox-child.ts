import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Failure, FromChild, ToChild } from '../wire.ts';
import type { ChildCommand } from './child-command.ts';
import { endWithHost } from './end-with-host.ts';
import type { Job } from './job.ts';
import { readMessage } from './read-message.ts';
import { RunWatch } from './run-watch.ts';

export interface ChildEvents {
  ready(child: SandboxChild): void;
  /** A run ended, so there is room for another. */
  idle(child: SandboxChild): void;
  gone(child: SandboxChild, end: ChildEnd): void;
}

export interface ChildEnd {
  /** Jobs it had been given and had not begun. */
  readonly unbegun: readonly Job[];
  /** The host wanted it to end. */
  readonly expected: boolean;
  readonly reason: string;
}

const MOST_RUNS = 20_000;
const MOST_AGE_MS = 600_000;
const MOST_RSS = 768 * 1024 * 1024;
const KEPT_STDERR = 2000;

/**
 * One sandbox process. It works on its jobs one after the other, so the first has begun and the others have not; that is how a
 * death is charged to the one script that was running.
 */
export class SandboxChild {
  readonly #process: ChildProcess;
  readonly #events: ChildEvents;
  readonly #born = performance.now();
  #jobs: Job[] = [];
  #watch: RunWatch | undefined;
  #verdict: Failure | undefined;
  #reason = '';
  #stderr = '';
  #runs = 0;
  #rss = 0;
  #orphans: Job[] = [];
  /** The process has answered at least once, so it can run scripts. */
  started = false;
  used = false;
  state: 'starting' | 'ready' | 'leaving' | 'gone' = 'starting';
  readonly gone: Promise<void>;

  constructor(command: ChildCommand, events: ChildEvents) {
    this.#events = events;
    this.#process = fork(command.script, command.args, command.options);
    endWithHost(this.#process);
    this.#process.on('message', (message) => this.#hear(readMessage(message)));
    this.#process.on('error', (error) => {
      this.#reason ||= error.message;
      if (this.#process.pid === undefined) this.#bury('it could not be started');
    });
    (this.#process.stderr as Socket | null)?.unref();
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < KEPT_STDERR) this.#stderr += chunk.toString('utf8').slice(0, KEPT_STDERR);
    });
    this.gone = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        this.#bury(signal ?? `exit code ${code}`);
        resolve();
      });
      this.#process.once('error', () => this.#process.pid === undefined && resolve());
    });
  }

  get age(): number {
    return performance.now() - this.#born;
  }

  get load(): number {
    return this.#jobs.length;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Old or big: to be replaced by a new one as soon as there is one. */
  get worn(): boolean {
    return this.#runs >= MOST_RUNS || this.#rss > MOST_RSS || this.age > MOST_AGE_MS;
  }

  /** Its current run takes long, so whatever waits behind it should go elsewhere. */
  get slow(): boolean {
    return this.#watch?.slow ?? false;
  }

  give(jobs: readonly Job[]): void {
    this.used = true;
    const idle = this.#jobs.length === 0;
    this.#jobs.push(...jobs);
    if (idle) this.#beginWatch();
    this.#send({ type: 'runs', runs: jobs.map((job) => job.message) });
  }

  /** Takes the jobs back that have not begun. */
  recall(): Job[] {
    const unbegun = this.#jobs.splice(1);
    if (unbegun.length > 0) this.#send({ type: 'drop', ids: unbegun.map((job) => job.message.id) });
    return unbegun;
  }

  /** True when the job was here. One that had begun and does not stop by itself takes the process with it. */
  cancel(job: Job): boolean {
    const index = this.#jobs.indexOf(job);
    if (index < 0) return false;
    this.#send({ type: 'drop', ids: [job.message.id] });
    if (index > 0) this.#jobs.splice(index, 1);
    else this.#watch?.cancel();
    return true;
  }

  /** Looks at the limits that the process cannot enforce on itself; to be called every few milliseconds while it works. */
  check(now: number): void {
    const verdict = this.#watch?.check(now);
    if (verdict !== undefined) this.kill(verdict);
  }

  kill(verdict?: Failure): void {
    this.#verdict ??= verdict;
    this.#process.kill('SIGKILL');
  }

  /** Keeps the host process alive while there is work, and only then. */
  hold(work: boolean): void {
    if (work) this.#process.ref();
    else this.#process.unref();
    const channel = this.#process.channel;
    if (work) channel?.ref();
    else channel?.unref();
  }

  #beginWatch(): void {
    const head = this.#jobs[0];
    this.#watch = head && new RunWatch(head.limits, this.#process.pid!, this.#rss);
  }

  #send(message: ToChild): void {
    this.#process.send(message, (error) => {
      if (error) this.kill();
    });
  }

  #hear(message: FromChild | undefined): void {
    switch (message?.type) {
      case 'ready':
        this.#rss = message.rss ?? 0;
        this.state = 'ready';
        this.started = true;
        this.#events.ready(this);
        break;
      case 'unavailable':
        this.#reason = message.reason;
        this.kill();
        break;
      case 'line':
        this.#jobs.find((job) => job.message.id === message.id)?.print(message);
        break;
      case 'done':
      case 'failed':
        this.#close(message);
        break;
      default:
        this.kill(); // not a child of ours any more
    }
  }

  #close(message: Extract<FromChild, { type: 'done' | 'failed' }>): void {
    this.#runs++;
    if (typeof message.rss === 'number') this.#rss = message.rss;
    const job = this.#jobs[0];
    if (job?.message.id !== message.id) return;
    this.#jobs.shift();
    this.#beginWatch();
    if (message.type === 'failed' && message.worn) this.#abandon();
    job.settle(message.type === 'done' ? { result: message.result } : { failure: message.failure });
    if (this.state === 'leaving' && this.load === 0) this.kill();
    this.#events.idle(this);
  }

  /** Damaged by its last run: it begins nothing more, so all it was given can go elsewhere. */
  #abandon(): void {
    this.state = 'leaving';
    this.#orphans = this.#jobs.splice(0);
    this.#beginWatch();
    this.kill();
  }

  /** No more work for it: it ends once it has done what it was given. */
  retire(): void {
    this.state = 'leaving';
    if (this.load === 0) this.kill();
  }

  #bury(how: string): void {
    if (this.state === 'gone') return;
    const expected = this.state === 'leaving' || this.#verdict !== undefined;
    this.state = 'gone';
    const [head, ...unbegun] = this.#jobs;
    this.#jobs = [];
    this.#watch = undefined;
    head?.settle({ failure: this.#verdict ?? { kind: 'crashed', how } });
    const said = this.#reason || this.#stderr.trim().split('\n').at(-1);
    this.#events.gone(this, {
      unbegun: [...this.#orphans, ...unbegun],
      expected,
      reason: said ? `${how}: ${said}` : how,
    });
  }
}
