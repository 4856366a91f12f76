/** What cannot be converted, compared or computed is no match: a path picks, it does not check. */
export function tried<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
