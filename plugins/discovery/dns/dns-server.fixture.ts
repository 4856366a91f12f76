import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

const TYPES = { A: 1, AAAA: 28, SRV: 33 } as const;
type Type = keyof typeof TYPES;

export interface DnsRecord {
  readonly type: Type;
  readonly ttl?: number;
  /** Of addresses. */
  readonly address?: string;
  /** Of services: priority, weight, port, target. */
  readonly srv?: readonly [number, number, number, string];
}

/** A DNS server over UDP for the names it is given. A name that is not there does not exist; `fails` is answered with SERVFAIL. */
export async function startDns(zone: Record<string, readonly DnsRecord[] | 'fails'>) {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (message, { address, port }) => {
    const { name, end } = readName(message, 12);
    const type = message.readUInt16BE(end);
    asked.push(`${name} ${Object.entries(TYPES).find(([, code]) => code === type)?.[0]}`);
    const known = zone[name.toLowerCase()];
    const records = Array.isArray(known) ? known.filter((record: DnsRecord) => TYPES[record.type] === type) : [];
    const header = Buffer.alloc(12);
    message.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (known === 'fails' ? 2 : known === undefined ? 3 : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([header, message.subarray(12, end + 4), ...records.map(encoded)]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    asked,
    [Symbol.dispose]: () => void socket.close(),
  };
}

function readName(message: Buffer, at: number): { name: string; end: number } {
  const labels: string[] = [];
  let next = at;
  for (let length = message[next]!; length > 0; length = message[next]!) {
    labels.push(message.toString('latin1', next + 1, next + 1 + length));
    next += 1 + length;
  }
  return { name: labels.join('.'), end: next + 1 };
}

function encoded({ type, ttl = 60, address = '', srv }: DnsRecord): Buffer {
  const data = srv === undefined ? addressData(address) : srvData(srv);
  const head = Buffer.alloc(12);
  // The name of the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(TYPES[type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function addressData(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [front = '', back = ''] = address.split('::');
  const groups = (text: string) =>
    text.split(':').flatMap((group) => (group === '' ? [] : [Number.parseInt(group, 16)]));
  const [first, last] = [groups(front), groups(back)];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

function srvData([priority, weight, port, target]: readonly [number, number, number, string]): Buffer {
  const numbers = Buffer.alloc(6);
  for (const [at, number] of [priority, weight, port].entries()) numbers.writeUInt16BE(number, at * 2);
  const labels = target.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([numbers, ...labels, Buffer.from([0])]);
}
