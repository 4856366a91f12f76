import { BackplaneError } from '@backplane/sdk';

/** The same error, its place told in the folder that somebody works in instead of the copy of it that ran. */
export function movedPlace(error: BackplaneError, copy: string, folder: string): BackplaneError {
  const { position } = error.facts;
  if (position?.file?.startsWith(`${copy}/`) !== true) return error;
  const file = `${folder}${position.file.slice(copy.length)}`;
  return new BackplaneError(
    error.code,
    error.message,
    { ...error.facts, position: { ...position, file } },
    { cause: error },
  );
}
