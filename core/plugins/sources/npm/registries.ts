import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { raise } from '../../../errors/catalogue.ts';
import { type OwnDemands, ownDemandsSchema } from './proof-demand.ts';

/** One row of `registries` in `config/plugins.yaml`. */
export const registrySchema = z.strictObject({
  scope: z
    .string()
    .regex(/^@[a-z0-9~-][a-z0-9._~-]*$/, 'a scope looks like @acme')
    .optional()
    .describe('For packages of this scope only; absent: for all others.'),
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => URL.parse(url)?.username === '', 'write credentials under `token`, not into the address')
    .describe('Where the registry is.'),
  token: z.string().optional().describe('`${env:NPM_TOKEN}` or `secret:NPM_TOKEN`.'),
  ca: z.string().optional().describe('PEM file of a certificate authority of your own.'),
  keys: z.string().optional().describe('JSON file with its signing keys, when they shall not be asked from itself.'),
  trustRoot: z
    .string()
    .optional()
    .describe('JSON file with the Sigstore root that provenance is checked with; without one nobody can check it.'),
  require: ownDemandsSchema.optional().describe('What must be verified of its packages, in place of `npm.require`.'),
});

export type RegistrySetting = z.output<typeof registrySchema>;

export interface Registry {
  /** With a slash at the end. */
  readonly url: string;
  readonly ca?: string;
  /** The text of the file. */
  readonly keys?: string;
  /** The text of the file. */
  readonly trustRoot?: string;
  readonly require?: OwnDemands;
  /** The value of the header, where it may be sent. Throws PLUGIN_REGISTRY_TOKEN_MISSING. */
  authorization(): Promise<string | undefined>;
}

export interface Registries {
  readonly all: readonly Registry[];
  /** The registry for a package, by its scope. */
  of(name: string): Registry;
}

export interface RegistriesOptions {
  readonly settings: readonly RegistrySetting[];
  /** Where relative paths start. */
  readonly base: string;
  secret(name: string): Promise<string | undefined>;
}

const PUBLIC = 'https://registry.npmjs.org/';

/** Throws when a file of `ca`, `keys` or `trustRoot` cannot be read. */
export function createRegistries({ settings, base, secret }: RegistriesOptions): Registries {
  const text = (file: string) => {
    try {
      return readFileSync(resolve(base, file), 'utf8');
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
      throw raise.CONFIG_UNREADABLE({ file: resolve(base, file), cause: reason }, { cause });
    }
  };
  const rows = settings.map(({ scope, url, token, ca, keys, trustRoot, require }) => {
    const address = url.endsWith('/') ? url : `${url}/`;
    const registry: Registry = {
      url: address,
      ...(ca === undefined ? {} : { ca: text(ca) }),
      ...(keys === undefined ? {} : { keys: text(keys) }),
      ...(trustRoot === undefined ? {} : { trustRoot: text(trustRoot) }),
      ...(require === undefined ? {} : { require }),
      authorization: async () => {
        if (token === undefined) return undefined;
        if (!token.startsWith('secret:')) return `Bearer ${token}`;
        const name = token.slice('secret:'.length);
        const value = await secret(name);
        if (value === undefined) throw raise.PLUGIN_REGISTRY_TOKEN_MISSING({ registry: address, secret: name });
        return `Bearer ${value}`;
      },
    };
    return { scope, registry };
  });
  const fallback = rows.find(({ scope }) => scope === undefined)?.registry ?? {
    url: PUBLIC,
    authorization: async () => undefined,
  };
  return {
    all: [fallback, ...rows.map(({ registry }) => registry).filter((registry) => registry !== fallback)],
    of: (name) => rows.find(({ scope }) => scope !== undefined && name.startsWith(`${scope}/`))?.registry ?? fallback,
  };
}
