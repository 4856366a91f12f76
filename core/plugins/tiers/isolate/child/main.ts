import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import type IsolatedVm from 'isolated-vm';
import type { Reference } from 'isolated-vm';
import { freshSeed } from '../../../../sandbox/child/seeds.ts';
import { FrameReader, writeFrame } from '../../frames.ts';
import { endOfHostCode } from '../../host-code/host-code.mjs';
import { createModuleGraph } from './module-graph.ts';

/** As `remote/child-link.ts` knows it. */
const OUT_OF_MEMORY = 71;

const { addon, folder, expressions, memoryMb } = JSON.parse(process.argv[2]!) as {
  readonly addon: string;
  readonly folder: string;
  readonly expressions: boolean;
  readonly memoryMb: number;
};

const socket = new Socket({ fd: 3, readable: true, writable: true });
let queued: Buffer[] = [];

function send(text: string, tail?: Uint8Array): void {
  if (queued.push(writeFrame(text, tail)) === 1) queueMicrotask(flush);
}

function flush(): void {
  const frames = queued;
  queued = [];
  socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
}

const { ivm } = createRequire(import.meta.url)(addon) as { ivm: typeof IsolatedVm };
const isolate = new ivm.Isolate({ memoryLimit: memoryMb });
const context = isolate.createContextSync();
const modules = createModuleGraph(isolate, context, folder);

/** The expression language stays out here; the isolate calls it with text. */
const language = expressions ? (await import('./language.ts')).createLanguage() : undefined;

interface Inside {
  receive(text: string, tail?: ArrayBuffer): void;
  tick(): void;
  next(): number;
  module(id: number, module: unknown): void;
  load(text: string, entry: unknown, problem?: string, stack?: string): void;
}

const boot = await modules.load(new URL('../inside/boot.ts', import.meta.url).href);
const inside = boot
  .getSync('boot', { reference: true })
  .applySync(
    undefined,
    [
      new ivm.Callback((text: string, tail?: ArrayBuffer) => send(String(text), tail && new Uint8Array(tail))),
      language && new ivm.Callback((op: string, args: string) => language(op, args)),
      new ivm.Callback((line: string) => process.stdout.write(`${line}\n`)),
      freshSeed(),
    ],
    { result: { reference: true } },
  ) as Reference<Inside>;
const [receive, tick, next, load, module] = (['receive', 'tick', 'next', 'load', 'module'] as const).map((name) =>
  inside.getSync(name, { reference: true }),
) as unknown as [
  Reference<Inside['receive']>,
  Reference<Inside['tick']>,
  Reference<Inside['next']>,
  Reference<Inside['load']>,
  Reference<Inside['module']>,
];

let timer: NodeJS.Timeout | undefined;

/** Each time the isolate has run, what it waits for may have changed. */
function enter(work: () => void): void {
  guarded(work);
  guarded(() => tick.applySync(undefined, []));
  guarded(() => {
    const wait = next.applySync(undefined, []);
    clearTimeout(timer);
    if (wait >= 0) timer = setTimeout(() => enter(() => {}), wait);
  });
}

/** A promise that the plugin left rejected comes out of whatever ran last; the isolate itself is sound. */
function guarded(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (isolate.isDisposed) process.exit(OUT_OF_MEMORY);
    send(JSON.stringify({ t: 'fault', problem: String((error as Error)?.message).slice(0, 1000) }));
  }
}

async function take(text: string, tail: Uint8Array | undefined): Promise<void> {
  if (text.startsWith('{"t":"module"')) {
    const { id, code } = JSON.parse(text) as { readonly id: number; readonly code: string };
    const exports = await modules.loadCode(code);
    enter(() => module.applySync(undefined, [id, exports.derefInto()]));
    return;
  }
  if (!text.startsWith('{"t":"load"')) {
    enter(() =>
      receive.applySync(undefined, tail === undefined ? [text] : [text, bytesOf(tail)], { arguments: { copy: true } }),
    );
    return;
  }
  try {
    const plugin = await modules.load(pathToFileURL(JSON.parse(text).entry).href);
    const entry = plugin.getSync('default', { reference: true });
    enter(() => load.applySync(undefined, [text, entry.derefInto()]));
  } catch (thrown) {
    if (isolate.isDisposed) process.exit(OUT_OF_MEMORY);
    const { code, message, stack } = thrown as Error & { code?: string };
    enter(() =>
      load.applySync(undefined, [
        text,
        undefined,
        code === undefined ? String(message) : `${code}:${message}`,
        String(stack),
      ]),
    );
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

const reader = new FrameReader(Number.POSITIVE_INFINITY, (text, tail) => void take(text, tail));
socket.on('data', (chunk: Buffer) => reader.push(chunk));
socket.on('close', () => process.exit());
socket.on('error', () => process.exit());
const code = endOfHostCode();
if (code !== undefined) send('{"t":"code"}', code);
send('{"t":"ready"}');
