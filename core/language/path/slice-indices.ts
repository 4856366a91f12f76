/** The indices that Python's `[start:stop:step]` takes from a sequence, in order. `step` is never 0. */
export function sliceIndices(length: number, start?: number, stop?: number, step = 1): number[] {
  const indices: number[] = [];
  if (step > 0) {
    const end = bound(stop ?? length, length, 0, length);
    for (let at = bound(start ?? 0, length, 0, length); at < end; at += step) indices.push(at);
    return indices;
  }
  const end = stop === undefined ? -1 : bound(stop, length, -1, length - 1);
  for (let at = bound(start ?? length - 1, length, -1, length - 1); at > end; at += step) indices.push(at);
  return indices;
}

function bound(index: number, length: number, lowest: number, highest: number): number {
  const fromStart = index < 0 ? index + length : index;
  return Math.min(Math.max(fromStart, lowest), highest);
}
