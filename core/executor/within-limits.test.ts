import { expect, test } from 'vitest';
import { PoliteStop } from './polite-stop.ts';
import { withinLimits } from './within-limits.ts';

const never = new AbortController().signal;
const whenAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

test('work that is asked to stop may finish all the same', async () => {
  const stop = new PoliteStop();
  const limited = withinLimits((signal) => whenAborted(signal).then(() => 'done'), {
    timeoutMs: 1_000,
    stop,
    abandon: never,
  });
  stop.ask();
  stop.ask();
  expect(await limited).toEqual({ ended: 'done', value: 'done' });
});

test('work that fails once it is asked to stop has stopped', async () => {
  const stop = new PoliteStop();
  const work = async (signal: AbortSignal) => {
    await whenAborted(signal);
    throw signal.reason;
  };
  const limited = withinLimits(work, { timeoutMs: 1_000, stop, abandon: never });
  stop.ask();
  expect(await limited).toEqual({ ended: 'cancelled' });
});

test('work that does not listen is waited for until it is abandoned, or its time is over', async () => {
  const [stop, abandon] = [new PoliteStop(), new AbortController()];
  const deaf = () => new Promise<void>(() => undefined);
  const limited = withinLimits(deaf, { timeoutMs: 60_000, stop, abandon: abandon.signal });
  stop.ask();
  abandon.abort();
  expect(await limited).toEqual({ ended: 'cancelled' });
  expect(await withinLimits(deaf, { timeoutMs: 1, stop: new PoliteStop(), abandon: never })).toEqual({
    ended: 'timeout',
  });
});

test('work that was asked to stop before it began does not begin', async () => {
  const stop = new PoliteStop();
  stop.ask();
  const work = () => expect.unreachable();
  expect(await withinLimits(work, { timeoutMs: 1_000, stop, abandon: never })).toEqual({ ended: 'cancelled' });
});
