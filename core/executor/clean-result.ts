import { Float, stringifyJson } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { type DataRecord, isRecord } from '../language/values/is-record.ts';
import { toData } from '../language/values/to-data.ts';
import type { AttemptFacts } from './scheduler/event.ts';
import { MASK, type SecretMask } from './secret-mask.ts';

/** Larger results would fill journals and memory; references to stored blobs will carry them. */
const MAX_RESULT_BYTES = 8 * 2 ** 20;
/** Inputs that are larger would make the journal a copy of all data that goes through. */
const MAX_INPUT_BYTES = 64 * 2 ** 10;
const MAX_DEPTH = 200;
/** UTF-8 needs at most so many bytes for what JavaScript counts as one. */
const MAX_BYTES_A_CHARACTER = 3;

/**
 * What an action returned, as data for the journal: secrets hidden, size and depth within bounds. One pass; what needs no change
 * is handed back as it is, not copied. Throws ACTION_RESULT_TOO_LARGE, ACTION_RESULT_INVALID.
 */
export function cleanResult(action: string, result: unknown, mask: SecretMask): unknown {
  const cleaner = new Cleaner(action, mask, MAX_RESULT_BYTES);
  const cleaned = cleaner.clean(result ?? null, 0);
  const mayExceed = cleaner.characters * MAX_BYTES_A_CHARACTER > MAX_RESULT_BYTES;
  if (mayExceed && Buffer.byteLength(stringifyJson(cleaned)) > MAX_RESULT_BYTES) throw tooLarge(action);
  return cleaned;
}

/** Evaluated arguments as data for the record, secrets hidden; of what is too large only the bytes, of what is no data nothing. */
export function cleanInput(
  action: string,
  input: unknown,
  mask: SecretMask,
): Pick<AttemptFacts, 'input' | 'inputBytes'> {
  const cleaner = new Cleaner(action, mask, Number.POSITIVE_INFINITY);
  try {
    const cleaned = cleaner.clean(input, 0);
    if (cleaner.characters * MAX_BYTES_A_CHARACTER <= MAX_INPUT_BYTES) return { input: cleaned };
    const inputBytes = Buffer.byteLength(stringifyJson(cleaned));
    return inputBytes > MAX_INPUT_BYTES ? { inputBytes } : { input: cleaned };
  } catch {
    return {};
  }
}

class Cleaner {
  /** At least so long is the JSON text. */
  characters = 0;
  readonly #action: string;
  readonly #mask: SecretMask;
  readonly #limit: number;

  constructor(action: string, mask: SecretMask, limit: number) {
    this.#action = action;
    this.#mask = mask;
    this.#limit = limit;
  }

  clean(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        this.#count(value.length + 2);
        return this.#mask.text(value);
      case 'number':
      case 'bigint':
        this.#count(1);
        if (this.#mask.hidesNumber(value)) return MASK;
        return typeof value === 'number' && !Number.isFinite(value) ? null : value;
      case 'object':
        return value === null ? null : this.#cleanObject(value, depth + 1);
      case 'boolean':
        return value;
      default:
        throw raise.ACTION_RESULT_INVALID({ action: this.#action, problem: `it contains a ${typeof value}` });
    }
  }

  #cleanObject(value: object, depth: number): unknown {
    if (depth > MAX_DEPTH) {
      const problem = `it is nested deeper than ${MAX_DEPTH} levels, or contains itself`;
      throw raise.ACTION_RESULT_INVALID({ action: this.#action, problem });
    }
    this.#count(2);
    if (Array.isArray(value)) return this.#cleanList(value, depth);
    if (isRecord(value)) return this.#cleanRecord(value, depth);
    if (Float.is(value)) return this.#mask.hidesNumber(value.value) ? MASK : value;
    return this.clean(toData(value), depth);
  }

  #cleanList(list: readonly unknown[], depth: number): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (let i = 0; i < list.length; i++) {
      const item = list[i] ?? null;
      const cleaned = this.clean(item, depth);
      if (copy === undefined && cleaned !== list[i]) copy = list.slice(0, i);
      copy?.push(cleaned);
      this.#count(1);
    }
    return copy ?? list;
  }

  #cleanRecord(record: DataRecord, depth: number): DataRecord {
    const keys = Object.keys(record);
    let copy: Map<string, unknown> | undefined;
    for (const [index, key] of keys.entries()) {
      const value = record[key];
      const newValue = value === undefined ? undefined : this.clean(value, depth);
      this.#count(key.length + 4);
      if (copy === undefined) {
        if (newValue === value && value !== undefined && this.#mask.key(key, undefined) === key) continue;
        copy = new Map(keys.slice(0, index).map((earlier) => [earlier, record[earlier]]));
      }
      // As in JSON, what is undefined is not there.
      if (newValue !== undefined) copy.set(this.#mask.key(key, copy), newValue);
    }
    return copy === undefined ? record : Object.assign(Object.create(null), Object.fromEntries(copy));
  }

  #count(characters: number): void {
    this.characters += characters;
    if (this.characters > this.#limit) throw tooLarge(this.#action);
  }
}

function tooLarge(action: string) {
  return raise.ACTION_RESULT_TOO_LARGE({ action, limitBytes: MAX_RESULT_BYTES });
}
