import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyNote } from '../core/host/ready-file.ts';
import { isAlive } from '../core/storage/embedded/process-identity.ts';
import { prepareCluster } from '../core/storage/prepared-cluster.fixture.ts';
import { call, type Reply } from './host.fixture.ts';

export const checkout = fileURLToPath(new URL('..', import.meta.url));
export const npmScript = join(checkout, 'bin', 'npm-script.mjs');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LaunchOptions {
  /** What starts the host; default: this Node with `npm start`'s own script. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** On a data folder as it is, if there is one: the host makes its own database. */
  readonly fresh?: boolean;
}

/** The folder that an administrator gives a host: configuration, data, plugins. Gone when disposed, with every host started in it. */
export class HostHome implements AsyncDisposable {
  readonly path: string;
  readonly data: string;
  readonly #started: HostProcess[] = [];

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.path = mkdtempSync(join(tmpdir(), 'bp-home-'));
    this.data = join(this.path, 'data');
    this.write('config/backplane.yaml', '');
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  remove(name: string): void {
    rmSync(join(this.path, name));
  }

  /** Starts a host on a free port, with nothing of this process's environment but the path. */
  launch({
    command = [process.execPath, npmScript, 'start'],
    args = [],
    env = {},
    fresh,
  }: LaunchOptions = {}): HostProcess {
    if (!fresh && !existsSync(this.data) && env['DATABASE_URL'] === undefined) prepareCluster(this.data);
    const [program, ...before] = command as [string, ...string[]];
    const usual = ['--config', join(this.path, 'config'), '--data', this.data, '--port', '0'];
    const child = spawn(program, [...before, ...usual, ...args], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', HOME: this.path, ...env },
    });
    const host = new HostProcess(child, this.data);
    this.#started.push(host);
    return host;
  }

  /** The same, once it is ready. */
  async start(options: LaunchOptions = {}): Promise<HostProcess> {
    const host = this.launch(options);
    await host.ready;
    return host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#started) await host[Symbol.asyncDispose]();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A host in a process of its own. */
export class HostProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  /** What its last start-up line says. Rejects when it ends before. */
  readonly ready: Promise<ReadyNote>;
  readonly ended: Promise<Ended>;
  readonly #data: string;
  #note: ReadyNote | undefined;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess, data: string) {
    this.child = child;
    this.#data = data;
    const ready = Promise.withResolvers<ReadyNote>();
    this.ready = ready.promise;
    ready.promise.catch(() => undefined);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      const last = /^\{"url".*\}$/m.exec(this.#stdout)?.[0];
      if (last === undefined || this.#note !== undefined) return;
      this.#note = JSON.parse(last) as ReadyNote;
      ready.resolve(this.#note);
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        ready.reject(new Error(`the host ended with ${signal ?? code}: ${this.#stderr}`));
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get note(): ReadyNote {
    if (this.#note === undefined) throw new Error('the host is not ready yet');
    return this.#note;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get key(): string {
    return readFileSync(join(this.#data, 'admin.key'), 'utf8').trim();
  }

  /** Process number of the embedded Postgres. */
  get postgres(): number {
    return postmasterOf(this.#data);
  }

  /** Calls below `/api` with the admin key. */
  api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return call(`${this.note.url}/api${path}`, method, body, { authorization: `Bearer ${this.key}`, ...headers });
  }

  /** Stores a workflow under an alias. */
  async store(alias: string, source: string): Promise<void> {
    const { status, body } = await this.api('POST', '/workflows', { alias, source });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }

  readyz(): Promise<Reply> {
    return call(`${this.note.url}/readyz`, 'GET');
  }

  /** Sends the signal and gives its end. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Ends it and its Postgres, whatever state they are in. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await this.ended;
    }
    const postgres = postmasterOf(this.#data);
    if (postgres !== 0 && isAlive(postgres)) process.kill(postgres, 'SIGQUIT');
  }
}

/** 0 when there is none. */
export function postmasterOf(data: string): number {
  try {
    return Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return 0;
  }
}

/** A workflow with one step after another; every step takes so many seconds. */
export function chainOf(steps: number, seconds: number): string {
  const action = (i: number) =>
    `    - { ref: s${i}, action: core.transform.reshape, start_delay: ${seconds}${i > 0 ? `, depends_on: [s${i - 1}]` : ''}, args: { value: ${i} } }`;
  return `type: workflow
definition:
  title: Chain
  description: Steps that wait.
  actions:
${Array.from({ length: steps }, (_, i) => action(i)).join('\n')}
  returns: \${{ ACTIONS.s${steps - 1}.result }}
`;
}
