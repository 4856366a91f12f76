const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

export type MissingVariable = (variable: string, path: readonly (string | number)[]) => void;

/** Replaces `${env:NAME}` in every string. A variable that is not set is reported, and its text left as it was. */
export function interpolate(
  value: unknown,
  environment: NodeJS.ProcessEnv,
  onMissing: MissingVariable,
  path: readonly (string | number)[] = [],
): unknown {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (text, name: string) => {
      const found = environment[name];
      if (found === undefined) onMissing(name, path);
      return found ?? text;
    });
  }
  if (Array.isArray(value))
    return value.map((item, index) => interpolate(item, environment, onMissing, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, interpolate(item, environment, onMissing, [...path, key])]),
  );
}
