import type { AttemptOptions, ResponseExchange } from '@backplane/sdk';

/** Sends, and gives `late` when there are no headers in time; the try is ended then. A body may take longer. */
export async function withDeadline(
  ms: number,
  next: (options?: AttemptOptions) => Promise<ResponseExchange>,
): Promise<ResponseExchange | 'late'> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
      ending.abort(new DOMException('no headers in time', 'TimeoutError'));
    }, ms);
  });
  try {
    return await Promise.race([next({ signal: ending.signal }), late]);
  } finally {
    clearTimeout(timer);
  }
}
