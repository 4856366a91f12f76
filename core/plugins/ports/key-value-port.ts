import { type KeyValue, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';

const MAX_KEY = 512;
const MAX_BYTES = 256 * 1024;

/** A plugin's own part of the store: its keys carry its id and workspace, so no plugin reads another's. Throws KEY_VALUE_KEY, KEY_VALUE_TOO_LARGE. */
export function keyValuePort(store: KeyValue, plugin: string, workspace: string): KeyValue {
  const own = (key: string) => `${workspace}/${plugin}/${checkedKey(key)}`;
  return {
    get: async (key) => store.get(own(key)),
    set: async (key, value, options) => store.set(own(key), checkedValue(value), options),
    setIfAbsent: async (key, value, options) => store.setIfAbsent(own(key), checkedValue(value), options),
    delete: async (key) => store.delete(own(key)),
  };
}

function checkedKey(key: unknown): string {
  if (typeof key !== 'string') throw raise.KEY_VALUE_KEY({ problem: `is a ${typeof key}, not text` });
  if (key === '' || key.length > MAX_KEY) throw raise.KEY_VALUE_KEY({ problem: `has ${key.length} characters` });
  return key;
}

function checkedValue(value: unknown): unknown {
  const size = Buffer.byteLength(stringifyJson(value));
  if (size > MAX_BYTES) throw raise.KEY_VALUE_TOO_LARGE({ size, limit: MAX_BYTES });
  return value;
}
