import { BackplaneError } from '@backplane/sdk';

/** The same error, its place told in the folder that somebody works in, if there is one, instead of the copy of it that ran. */
export function movedPlace(
  error: BackplaneError,
  copy: string | undefined,
  folder: string | undefined,
): BackplaneError {
  const { position } = error.facts;
  if (copy === undefined || folder === undefined || position?.file?.startsWith(`${copy}/`) !== true) return error;
  const file = `${folder}${position.file.slice(copy.length)}`;
  return new BackplaneError(
    error.code,
    error.message,
    { ...error.facts, position: { ...position, file } },
    { cause: error },
  );
}
