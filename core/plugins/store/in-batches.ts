/** Work on all items, `size` of them side by side; the answers in the order of the items. A failure ends it once its batch is done. */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers: R[] = [];
  for (let start = 0; start < items.length; start += size) {
    const settled = await Promise.allSettled(items.slice(start, start + size).map(work));
    for (const result of settled) {
      if (result.status === 'rejected') throw result.reason;
      answers.push(result.value);
    }
  }
  return answers;
}
