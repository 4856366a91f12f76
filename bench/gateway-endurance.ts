import { get } from 'node:http';
import WebSocket from 'ws';
import { residentBytes } from '../core/sandbox/pool/process-usage.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { type ProxyProcess, startProxy } from './gateway-proxy.fixture.ts';

const ROUTES = 10_000;
const RELOADS = 10;
const IN_FLIGHT = 32;
const SOCKETS = 5_000;
const SOCKETS_MB = 150;
const BODY_GB = 10;
const BODY_MB = 100;

/** What must hold while much happens: reloads under load, many idle WebSockets, one very large body. */
export const gatewayEndurance: Benchmark = {
  name: 'gateway-endurance',
  mustReach:
    'reloads of 10,000 routes under load with no failed request; 5,000 idle WebSockets under 150 MB; a body of 10 GB in flat memory (at most 100 MB more)',
  async run(): Promise<BenchmarkResult> {
    const reload = await reloadUnderLoad();
    const socketsMb = await idleSockets();
    const bodyMb = await largeBody();
    return {
      ratios: { '150 MB for 5,000 idle WebSockets': socketsMb / SOCKETS_MB, '100 MB for 10 GB': bodyMb / BODY_MB },
      figures: {
        reload,
        sockets: { count: SOCKETS, addedMb: socketsMb },
        body: { gigabytes: BODY_GB, addedMb: bodyMb },
      },
      reached: reload.failed === 0 && socketsMb <= SOCKETS_MB && bodyMb <= BODY_MB,
    };
  },
};

async function reloadUnderLoad() {
  await using service = await startProxy('service', 0);
  await using gateway = await startProxy('gateway', service.port, { routes: ROUTES });
  const counts = { answered: 0, failed: 0 };
  let isDone = false;
  const asking = Array.from({ length: IN_FLIGHT }, async () => {
    while (!isDone) {
      const answer = await fetch(`http://127.0.0.1:${gateway.port}/services/7/a`).catch(() => undefined);
      await answer?.text().catch(() => undefined);
      if (answer?.status === 200) counts.answered += 1;
      else counts.failed += 1;
    }
  });
  const times: number[] = [];
  for (let count = 1; count <= RELOADS; count += 1) {
    const begun = performance.now();
    await gateway.ask({ reload: ROUTES + count });
    times.push(performance.now() - begun);
  }
  isDone = true;
  await Promise.all(asking);
  return { ...counts, reloads: RELOADS, medianMs: times.toSorted((a, b) => a - b)[RELOADS >> 1] };
}

async function idleSockets(): Promise<number> {
  await using service = await startProxy('sockets', 0);
  await using gateway = await startProxy('gateway', service.port);
  await openSocket(gateway);
  const before = await megabytes(gateway);
  const sockets: WebSocket[] = [];
  while (sockets.length < SOCKETS) {
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => openSocket(gateway)))));
  }
  const after = await megabytes(gateway);
  for (const socket of sockets) socket.terminate();
  return after - before;
}

function openSocket({ port }: ProxyProcess): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/services/0/chat`, { perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function largeBody(): Promise<number> {
  await using service = await startProxy('service', 0);
  await using gateway = await startProxy('gateway', service.port);
  const before = await megabytes(gateway);
  let most = before;
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    get(`http://127.0.0.1:${gateway.port}/services/0/large?gigabytes=${BODY_GB}`, (answer) => {
      answer.on('data', (piece: Buffer) => {
        if (Math.floor(received / 2 ** 28) !== Math.floor((received + piece.byteLength) / 2 ** 28))
          most = Math.max(most, (residentBytes(gateway.pid) ?? 0) / 2 ** 20);
        received += piece.byteLength;
      });
      answer.on('end', resolve);
      answer.on('error', reject);
    }).on('error', reject);
  });
  if (received !== BODY_GB * 2 ** 30) throw new Error(`${received} bytes came`);
  return most - before;
}

/** Of the gateway's process, after its garbage has been collected. */
async function megabytes(gateway: ProxyProcess): Promise<number> {
  await gateway.ask({ collect: true });
  return (residentBytes(gateway.pid) ?? Number.NaN) / 2 ** 20;
}
