import { BackplaneError } from '@backplane/sdk';

/** True for coded errors, of any copy of the SDK, that have all that the host reads of them. */
export function isWholeError(thrown: unknown): thrown is BackplaneError {
  try {
    if (!BackplaneError.is(thrown)) return false;
    const { code, message, facts } = thrown;
    return (
      typeof code === 'string' &&
      typeof message === 'string' &&
      typeof facts === 'object' &&
      typeof facts.status === 'number'
    );
  } catch {
    return false;
  }
}
