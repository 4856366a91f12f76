import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { positionInFolder } from '../position-in-folder.ts';
import { thrownText } from '../thrown-text.ts';

/** Whatever a plugin's code threw while it was loaded or started, as a coded error with the place in its files where one is known. */
export function loadFailure(
  id: string,
  folder: string | undefined,
  thrown: unknown,
  step: 'load' | 'start',
): BackplaneError {
  if (isHostError(thrown)) return thrown;
  const position = folder === undefined ? undefined : positionInFolder(folder, thrown);
  const make = step === 'load' ? raise.PLUGIN_LOAD_FAILED : raise.PLUGIN_START_FAILED;
  return make({ id, problem: thrownText(thrown) }, { cause: thrown, ...(position === undefined ? {} : { position }) });
}

/** A plugin may throw something that merely looks like a coded error. */
function isHostError(thrown: unknown): thrown is BackplaneError {
  return thrown instanceof BackplaneError;
}
