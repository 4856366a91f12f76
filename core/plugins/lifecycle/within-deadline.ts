/** Marks work that did not end in time. */
export const LATE = Symbol('late');

/** What `work` gives, or `LATE` once `limitMs` have passed. A rejection after that is swallowed: the work has been given up. */
export async function withinDeadline<T>(work: Promise<T>, limitMs: number): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
