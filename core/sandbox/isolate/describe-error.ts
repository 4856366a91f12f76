/** What is told of a thrown value. Nothing here may throw, whatever the script threw. */
export interface ErrorDescription {
  readonly message: string;
  readonly stack?: string;
}

const MOST_MESSAGE = 2000;
const MOST_STACK = 4000;

export function describeError(thrown: unknown): ErrorDescription {
  try {
    if (typeof thrown !== 'object' || thrown === null)
      return { message: `threw ${String(thrown)}`.slice(0, MOST_MESSAGE) };
    const { name, message, stack } = thrown as { name?: unknown; message?: unknown; stack?: unknown };
    const text = message === undefined ? 'threw an object that is not an Error' : String(message);
    const title = typeof name === 'string' && name !== 'Error' && name !== '' ? `${name}: ${text}` : text;
    return {
      message: title.slice(0, MOST_MESSAGE),
      ...(typeof stack === 'string' && { stack: stack.slice(0, MOST_STACK) }),
    };
  } catch {
    return { message: 'threw a value that cannot be described' };
  }
}
