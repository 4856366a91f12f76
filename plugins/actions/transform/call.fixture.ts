import type { Action, Expressions, KeyValue, Plugin } from '@backplane/sdk';

/** Lambdas of these tests, found by the text that stands for them. */
const functions: Readonly<Record<string, (x: any) => unknown>> = {
  x: (x) => x,
  len: (x) => x.length,
  name: (x) => x.name,
};

const expressions: Expressions = {
  lambda: (source) => functions[source]!,
  jsonpath: (path, value) => (value as Record<string, unknown>)[path.replace('$.', '')] ?? null,
  isTruthy: (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value)),
  isEqual: Object.is,
};

/** A key-value store with a clock of its own. */
export function memory(): KeyValue & { pass(ms: number): void } {
  const entries = new Map<string, { value: unknown; until: number }>();
  let now = 0;
  const alive = (key: string) => (entries.get(key)?.until ?? -1) > now;
  return {
    pass(ms) {
      now += ms;
    },
    get: async (key) => (alive(key) ? entries.get(key)!.value : undefined),
    set: async (key, value, { ttlMs = Infinity } = {}) => void entries.set(key, { value, until: now + ttlMs }),
    setIfAbsent: async (key, value, { ttlMs = Infinity } = {}) => {
      if (alive(key)) return false;
      entries.set(key, { value, until: now + ttlMs });
      return true;
    },
    delete: async (key) => void entries.delete(key),
  };
}

/** Runs an action as the host does: arguments validated, ports handed over. */
export async function run(
  plugin: Plugin,
  name: string,
  input: object,
  { kv = memory(), step = 'step' }: { kv?: KeyValue; step?: string } = {},
) {
  const action = plugin.contributes.find(
    (contribution): contribution is Action => 'name' in contribution && contribution.name === name,
  )!;
  const parsed = await action.input['~standard'].validate(input);
  if (parsed.issues !== undefined) {
    throw new Error(parsed.issues.map((issue: any) => `${issue.path?.join('.')}: ${issue.message}`).join('; '));
  }
  return action.run({
    input: parsed.value,
    run: { id: 'run', step, attempt: 1, idempotencyKey: `run-${step}` },
    signal: new AbortController().signal,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    progress() {},
    kv,
    expressions,
  } as never);
}
