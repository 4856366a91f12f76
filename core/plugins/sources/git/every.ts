import type { GitSource } from './git-source.ts';

/** Calls `due` at the intervals of the source, a little later each time by chance, so that many sources do not come at once. */
export function every(source: GitSource, due: () => void, now: () => Date): Disposable {
  const { everyMs } = source.setting.sync;
  if (everyMs === undefined) return { [Symbol.dispose]() {} };
  let timer: NodeJS.Timeout;
  const arm = () => {
    const wait = Math.min(Math.round(everyMs * (1 + Math.random() / 10)), 2 ** 31 - 1);
    source.nextAt = new Date(now().getTime() + wait);
    timer = setTimeout(() => {
      due();
      arm();
    }, wait);
    timer.unref();
  };
  arm();
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      source.nextAt = undefined;
    },
  };
}
