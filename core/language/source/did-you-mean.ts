/** Longer names are not compared: nobody mistypes them by two letters, and the cost grows with the square. */
const MAX_LENGTH = 80;

/**
 * The known name a writer most likely meant by `name`, or undefined when none is near: at most a third of the letters may
 * differ (one in names of up to five letters; swapped neighbours count once), or only case, `-`, `_` and `.`; failing that, one
 * of the two is the beginning or the end of the other (`upper` for `uppercase`).
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const candidates = [...known];
  const wanted = bare(name);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    if (wanted !== '' && bare(candidate) === wanted) return candidate;
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance >= bestDistance || distance >= candidate.length) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best ?? cutShort(wanted, candidates);
}

/** The shortest candidate that is a part of what is wanted, or has it as a part: at least four letters, and half of the longer one. */
function cutShort(wanted: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  for (const candidate of candidates) {
    if (candidate.length > MAX_LENGTH || (best !== undefined && candidate.length >= best.length)) continue;
    const bared = bare(candidate);
    const [short, long] = bared.length < wanted.length ? [bared, wanted] : [wanted, bared];
    if (short.length < 4 || short.length * 2 < long.length) continue;
    if (long.startsWith(short) || long.endsWith(short)) best = candidate;
  }
  return best;
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.\s]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours; stops counting at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
      smallest = Math.min(smallest, cost);
    }
    if (smallest >= limit) return limit;
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
