import type { Ready, SharedState } from '@backplane/sdk';

/** While the state lies elsewhere: how long a worker may not notice that a region was emptied. */
const NOTICE_MS = 1_000;

/** The version of a region. Whoever writes another one, whatever it is, empties the region on all workers: answers of other versions are not used. */
export function regionVersion(shared: SharedState, region: string, now: () => number): () => Ready<string> {
  const key = `cache-region/${region}`;
  let known = '';
  let until = 0;
  return () => {
    const time = now();
    if (time < until) return known;
    const asked = shared.get(key);
    if (!(asked instanceof Promise)) return asked ?? '';
    until = time + NOTICE_MS;
    return asked.then(
      (version) => {
        known = version ?? '';
        return known;
      },
      () => known,
    );
  };
}
