import manifest from '../package.json' with { type: 'json' };

/** The host's version, as plugins' `host` ranges see it. */
export const HOST_VERSION: string = manifest.version;
