/** The code of a module, without types. */
export function codeOf(url: string): string;

/**
 * To be called when all of the host's code is loaded and nothing of a plugin is: code is neither noted nor given from now on. Gives what the
 * host is to hand to the next process on its standard input; undefined when that was done already.
 */
export function endOfHostCode(): Uint8Array | undefined;
