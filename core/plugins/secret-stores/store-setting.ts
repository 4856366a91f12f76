/** One entry of `secrets.stores`: which secrets a plugin's store is asked for, and how. */
export interface StoreSetting {
  /** Name of the store that a plugin brings. */
  readonly use: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Only secrets whose names begin so; what follows is the name in the store. */
  readonly prefix: string;
  /** The name in the store: `{name}`, `{environment}` and `{workspace}` stand for what is asked. */
  readonly path: string;
  readonly timeoutSeconds: number;
  /** How long an answer is remembered, unless the store says less. */
  readonly cacheSeconds: number;
}

export interface AskedSecret {
  readonly name: string;
  readonly environment: string;
  readonly workspace: string;
}

/** What a store is asked for; undefined when the secret is not for this store. */
export function pathInStore({ prefix, path }: StoreSetting, asked: AskedSecret): string | undefined {
  if (!asked.name.startsWith(prefix) || asked.name.length === prefix.length) return undefined;
  const values = { ...asked, name: asked.name.slice(prefix.length) };
  return path.replace(/\{(name|environment|workspace)\}/g, (_, key: keyof AskedSecret) => values[key]);
}
