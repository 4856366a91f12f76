import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { FrameReader, writeFrame } from '../../frames.ts';
import { Guest } from '../../guest/guest.ts';
import { endOfHostCode } from '../../host-code/host-code.mjs';
import { shareHostModules } from '../../host-modules.ts';
import { hardenProcess } from './harden.ts';

/** The folder of the plugin, what is to be unreadable from now on, and whether the expression language is needed. */
const { folder, drop, expressions } = JSON.parse(process.argv[2]!) as {
  readonly folder: string;
  readonly drop: readonly string[];
  readonly expressions: boolean;
};
/** The host sends what it has checked. */
const ANY_SIZE = Number.POSITIVE_INFINITY;

const socket = new Socket({ fd: 3, readable: true, writable: true });
let queued: Buffer[] = [];

/** Messages of one turn leave together. */
function send(text: string, tail?: Uint8Array): void {
  if (queued.push(writeFrame(text, tail)) === 1) queueMicrotask(flush);
}

function flush(): void {
  const frames = queued;
  queued = [];
  socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
}

async function bodyOf(body: unknown): Promise<{ bytes?: Uint8Array; contentType?: string }> {
  if (body === undefined || body === null) return {};
  if (typeof body === 'string') return { bytes: Buffer.from(body) };
  if (body instanceof Uint8Array) return { bytes: body };
  if (body instanceof URLSearchParams)
    return { bytes: Buffer.from(body.toString()), contentType: 'application/x-www-form-urlencoded;charset=UTF-8' };
  // Node's `FormData` needs a module that was emptied, and would bring along all that it has to reach the network.
  throw new TypeError('a body is text, bytes or URLSearchParams here');
}

const language = expressions ? (await import('../../../ports/expressions-port.ts')).expressionsPort : undefined;
const guest = new Guest({
  send,
  bodyOf,
  importCode: (code) => import(`data:text/javascript,${encodeURIComponent(code)}`),
  importEntry: async (entry) => ((await import(pathToFileURL(entry).href)) as { default?: unknown }).default,
  ...(language === undefined ? {} : { expressions: language }),
});
const reader = new FrameReader(ANY_SIZE, (text, tail) => guest.receive(text, tail));

process.on('unhandledRejection', (reason) => guest.fault(reason));
process.on('uncaughtException', (thrown) => {
  guest.fault(thrown);
  flush();
  // What a throwing timer leaves half done, nobody knows: the host starts the plugin anew.
  socket.end(() => process.exit(70));
});
socket.on('data', (chunk: Buffer) => reader.push(chunk));
socket.on('close', () => process.exit());
socket.on('error', () => process.exit());
const code = endOfHostCode();
if (code !== undefined) send('{"t":"code"}', code);
shareHostModules([folder]);
hardenProcess();
for (const path of drop) process.permission.drop('fs.read', path);
send('{"t":"ready"}');
