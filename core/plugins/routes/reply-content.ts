import { LATE, withinDeadline } from '../lifecycle/within-deadline.ts';

export interface ContentOptions {
  /** Of one piece, in milliseconds. */
  readonly limitMs: number;
  /** Aborts when nobody wants it any more. */
  readonly signal: AbortSignal;
  late(): Error;
  /** A piece that is none, or what the plugin threw. */
  failed(thrown: unknown): Error;
  /** Nothing more comes of it. */
  over(): void;
}

/** What a plugin sends piece by piece, no faster than it is read, each piece within its time. Throws what the options say. */
export async function* replyContent(
  content: AsyncIterable<unknown>,
  options: ContentOptions,
): AsyncGenerator<Uint8Array> {
  const { limitMs, signal, late, failed, over } = options;
  let iterator: AsyncIterator<unknown> | undefined;
  try {
    iterator = content[Symbol.asyncIterator]();
    for (;;) {
      const step = await withinDeadline(Promise.resolve(iterator.next()), limitMs, signal);
      if (step === LATE) throw late();
      if (step.done === true) {
        iterator = undefined;
        return;
      }
      if (!(step.value instanceof Uint8Array)) throw failed(new TypeError('`content` gave something that is no bytes'));
      yield step.value;
    }
  } catch (thrown) {
    throw failed(thrown);
  } finally {
    over();
    // It may never answer: nobody waits for it.
    void Promise.resolve(iterator?.return?.()).catch(() => {});
  }
}
