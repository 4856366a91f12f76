import { hostConfigSchema } from './host-config.ts';

/** One setting that the environment gives: `BACKPLANE_SERVER_PORT` → `['server', 'port']`. */
export interface EnvironmentOverride {
  readonly variable: string;
  readonly path: readonly [string, string];
  readonly value: unknown;
}

const upperSnake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** Every `BACKPLANE_<SECTION>_<KEY>` and `BACKPLANE_FLAG_<NAME>` of the environment that names a known setting. */
export function environmentOverrides(environment: NodeJS.ProcessEnv): EnvironmentOverride[] {
  const found: EnvironmentOverride[] = [];
  for (const [section, key] of settings()) {
    const variable = `BACKPLANE_${upperSnake(section)}_${upperSnake(key)}`;
    const text = environment[variable];
    if (text !== undefined) found.push({ variable, path: [section, key], value: parseSetting(text) });
  }
  for (const [variable, text] of Object.entries(environment)) {
    const flag = /^BACKPLANE_FLAG_(\w+)$/.exec(variable)?.[1];
    if (flag !== undefined && text !== undefined)
      found.push({ variable, path: ['flags', flag.toLowerCase()], value: parseSetting(text) });
  }
  return found;
}

function* settings(): Generator<[string, string]> {
  for (const [section, schema] of Object.entries(hostConfigSchema.shape)) {
    const inner = 'unwrap' in schema ? (schema.unwrap() as { shape?: object }) : undefined;
    for (const key of Object.keys(inner?.shape ?? {})) yield [section, key];
  }
}

/** `true`, `8080` and `["a"]` mean what they say in JSON; everything else is text. */
function parseSetting(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
