/** What a schema over there made of a value → the value. */
const raw = new WeakMap<object, unknown>();

/** Remembers what a value was before a schema of the plugin's side converted it, so that its own code gets its own conversion. */
export function rememberRaw(made: unknown, value: unknown): void {
  if (typeof made === 'object' && made !== null) raw.set(made, value);
}

export function rawOf(made: unknown): unknown {
  return typeof made === 'object' && made !== null && raw.has(made) ? raw.get(made) : made;
}
