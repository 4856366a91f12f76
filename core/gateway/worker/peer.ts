import { BackplaneError, type ErrorRecord } from '@backplane/sdk';

/** The two ends of a channel on which structured values travel: a process and its parent. */
export interface Channel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

type Handlers<M> = {
  readonly [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => R | Promise<R> : never;
};

type Message =
  | { readonly is: 'call'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly is: 'result'; readonly id: number; readonly value: unknown }
  | { readonly is: 'problem'; readonly id: number; readonly error: ErrorRecord };

/** Calls the methods of the other end. */
export interface Peer<Theirs> {
  readonly remote: {
    readonly [K in keyof Theirs]: Theirs[K] extends (...args: infer A) => infer R
      ? (...args: A) => Promise<Awaited<R>>
      : never;
  };
  /** Rejects what still waits. */
  close(problem: Error): void;
}

/** Lets two processes call each other: `ours` are the methods for the other end. Errors keep their codes. */
export function openPeer<Ours extends object, Theirs extends object>(
  channel: Channel,
  ours: Handlers<Ours>,
): Peer<Theirs> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let closed: Error | undefined;
  let next = 0;
  const post = (message: Message) => {
    if (closed === undefined) channel.send(message);
  };
  const answer = async (id: number, method: string, args: readonly unknown[]) => {
    try {
      const handler = (ours as Record<string, (...args: readonly unknown[]) => unknown>)[method];
      if (handler === undefined || !Object.hasOwn(ours, method)) throw new Error(`there is no method ${method}`);
      post({ is: 'result', id, value: await handler(...args) });
    } catch (problem) {
      post({ is: 'problem', id, error: recordOf(problem) });
    }
  };
  channel.onMessage((given) => {
    const message = given as Message;
    if (message.is === 'call') {
      void answer(message.id, message.method, message.args);
      return;
    }
    const open = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.is === 'result') open?.resolve(message.value);
    else open?.reject(errorOf(message.error));
  });
  const call = (method: string, args: readonly unknown[]) => {
    if (closed !== undefined) return Promise.reject(closed);
    next += 1;
    const open = Promise.withResolvers<unknown>();
    waiting.set(next, open);
    try {
      post({ is: 'call', id: next, method, args });
    } catch (problem) {
      waiting.delete(next);
      open.reject(problem);
    }
    return open.promise;
  };
  return {
    remote: new Proxy({} as Peer<Theirs>['remote'], {
      get: (_, method) =>
        typeof method === 'string' && method !== 'then' ? (...args: unknown[]) => call(method, args) : undefined,
    }),
    close(problem) {
      closed ??= problem;
      for (const open of waiting.values()) open.reject(problem);
      waiting.clear();
    },
  };
}

function recordOf(problem: unknown): ErrorRecord {
  if (BackplaneError.is(problem)) return problem.toJSON();
  return { code: '', message: problem instanceof Error ? problem.message : String(problem) };
}

function errorOf({ code, message, ...facts }: ErrorRecord): Error {
  if (code === '') return new Error(message);
  const { status = 500, blame = 'host', retry = 'never', remedy = '', ...more } = facts;
  return new BackplaneError(code, message, { status, blame, retry, remedy, ...more });
}
