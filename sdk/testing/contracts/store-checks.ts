import type { BlobBucket } from '../../contributions/blob-store.ts';
import type { ByteStream, Opened } from '../../contributions/context.ts';
import type { Bus, DeliveredMessage } from '../../contributions/event-bus.ts';
import type { SecretReader } from '../../contributions/secret-store.ts';
import type { Discovery } from '../../contributions/service-discovery.ts';
import { type Check, check, expectEqual, expectThat, within } from './check.ts';

/** Opens what is to be checked; each check opens its own. */
export type Open<Driver> = () => Promise<Driver & Opened>;

const never = () => new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);

async function* stream(...pieces: string[]): ByteStream {
  for (const piece of pieces) yield bytes(piece);
}

async function textOf(content: ByteStream): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function opened<Driver>(name: string, open: Open<Driver>) {
  return (text: string, work: (driver: Driver & Opened) => Promise<void>): Check =>
    check(`${name}: ${text}`, async () => {
      const driver = await open();
      try {
        await work(driver);
      } finally {
        await driver.close?.();
      }
    });
}

export function blobStoreChecks(name: string, open: Open<BlobBucket>): Check[] {
  const own = opened(name, open);
  const key = (rest: string) => `contract-check/${rest}`;
  const signal = never();
  return [
    own('what was put comes back, whole and in parts', async (store) => {
      await store.put(key('a'), stream('hello ', 'world'), { contentType: 'text/plain', signal });
      const whole = await store.get(key('a'), { signal });
      expectEqual(whole && (await textOf(whole.content)), 'hello world', 'the content');
      expectEqual(whole?.facts.size, 11, 'the size');
      const part = await store.get(key('a'), { range: [6, 8], signal });
      expectEqual(part && (await textOf(part.content)), 'wor', 'bytes 6 to 8');
    }),
    own('what is put again replaces what was there, under another etag', async (store) => {
      const first = await store.put(key('b'), stream('one'), { signal });
      const second = await store.put(key('b'), stream('two!'), { signal });
      expectThat(first.etag !== second.etag, 'the etag stayed');
      const now = await store.get(key('b'), { signal });
      expectEqual(now && (await textOf(now.content)), 'two!', 'the content');
    }),
    own('what is not there is undefined, and can be removed', async (store) => {
      expectEqual(await store.get(key('none'), { signal }), undefined, 'get');
      expectEqual(await store.head(key('none'), signal), undefined, 'head');
      await store.remove(key('none'), signal);
    }),
    own('a list is sorted and holds what begins so, nothing else', async (store) => {
      for (const name of ['l/2', 'l/10', 'm/1']) await store.put(key(name), stream('x'), { signal });
      const keys: string[] = [];
      for await (const facts of store.list(key('l/'), signal)) keys.push(facts.key);
      expectEqual(keys, [key('l/10'), key('l/2')], 'the keys');
      await store.remove(key('l/2'), signal);
      expectEqual(await store.head(key('l/2'), signal), undefined, 'what was removed');
    }),
    own('a put whose source fails changes nothing', async (store) => {
      async function* broken(): ByteStream {
        yield bytes('half');
        throw new Error('the source failed');
      }
      await store.put(key('c'), stream('whole'), { signal });
      const failed = await store.put(key('c'), broken(), { signal }).catch(() => 'rejected');
      expectEqual(failed, 'rejected', 'the put');
      const now = await store.get(key('c'), { signal });
      expectEqual(now && (await textOf(now.content)), 'whole', 'the content');
    }),
  ];
}

export function secretStoreChecks(name: string, open: Open<SecretReader>): Check[] {
  const own = opened(name, open);
  const signal = never();
  return [
    own('a secret that is not there is undefined, not an error', async (store) => {
      expectEqual(await store.read('contract-check/none', signal), undefined, 'the answer');
    }),
    own(
      'what was written is read, its version changes with it, and only the expected one is overwritten',
      async (store) => {
        if (store.write === undefined) return;
        const secret = 'contract-check/a';
        const first = await store.write(secret, { KEY: 'one' }, { signal });
        const second = await store.write(secret, { KEY: 'two' }, { expected: first, signal });
        expectThat(first !== second, 'the version stayed');
        expectEqual((await store.read(secret, signal))?.values, { KEY: 'two' }, 'the values');
        const late = await store.write(secret, { KEY: 'late' }, { expected: first, signal }).catch(() => 'rejected');
        expectEqual(late, 'rejected', 'a write over another version');
        await store.remove?.(secret, signal);
      },
    ),
  ];
}

export function eventBusChecks(name: string, open: Open<Bus>): Check[] {
  const own = opened(name, open);
  return [
    own('messages of a key arrive in order, and one whose handler fails comes again', async (bus) => {
      const topic = 'contract.check';
      await bus.ensureTopics?.([{ name: topic, partitions: 1 }]);
      const stop = new AbortController();
      const seen: string[] = [];
      const done = Promise.withResolvers<void>();
      const handle = async (message: DeliveredMessage) => {
        const text = Buffer.from(message.body).toString('utf8');
        seen.push(text);
        if (text === 'b' && seen.filter((one) => one === 'b').length === 1) throw new Error('not yet');
        if (text === 'c') done.resolve();
      };
      const group = `check-${Math.random().toString(36).slice(2)}`;
      const consuming = bus.consume({ topics: [topic], group, from: 'earliest', window: 10 }, handle, stop.signal);
      const messages = ['a', 'b', 'c'].map((text) => ({ topic, key: group, headers: {}, body: bytes(text) }));
      await bus.publish(messages, stop.signal);
      await within(30_000, Promise.race([done.promise, consuming]), 'the third message');
      stop.abort();
      await consuming.catch(() => undefined);
      expectEqual(seen, ['a', 'b', 'b', 'c'], 'what arrived');
    }),
  ];
}

export function serviceDiscoveryChecks(name: string, open: Open<Discovery>): Check[] {
  const own = opened(name, open);
  return [
    own('a service that nobody offers has no instances, which is no error', async (discovery) => {
      expectEqual(await discovery.resolve({ service: 'contract-check-none' }, never()), [], 'the instances');
    }),
  ];
}
