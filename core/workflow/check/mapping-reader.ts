import { Float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { type DataRecord, isRecord } from '../../language/values/is-record.ts';
import { kindOfValue } from './kind-of-value.ts';

export interface NumberRange {
  readonly min: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** Keys that are not asked for by a reading method, and what to say about them. */
export interface OtherKeys {
  /** Key → what it would do, for features of later versions. */
  readonly unsupported?: Readonly<Record<string, string>>;
  /** Key → why nothing happens. */
  readonly withoutEffect?: Readonly<Record<string, string>>;
  /** Foreign word → our key. */
  readonly hints?: Readonly<Record<string, string>>;
}

/**
 * Reads one mapping key by key and reports wrong types at their place. Every method gives undefined for a key that is absent,
 * null or wrong. `finish` reports the keys that no method asked for.
 */
export class MappingReader {
  readonly path: DataPath;
  readonly #findings: Findings;
  readonly #record: DataRecord;
  readonly #where: string;
  readonly #asked = new Set<string>();

  constructor(findings: Findings, record: DataRecord, path: DataPath, where: string) {
    this.#findings = findings;
    this.#record = record;
    this.path = path;
    this.#where = where;
  }

  /** The value as written. */
  raw(key: string): unknown {
    this.#asked.add(key);
    return Object.hasOwn(this.#record, key) ? (this.#record[key] ?? undefined) : undefined;
  }

  /** Says that the key must be there; true when it is. */
  require(key: string): boolean {
    const value = this.raw(key);
    if (value !== undefined && value !== '') return true;
    const error = raise.WORKFLOW_KEY_MISSING({ key, where: this.#where });
    this.#findings.atValue(Object.hasOwn(this.#record, key) ? [...this.path, key] : this.path, error);
    return false;
  }

  text(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'string') return value;
    return this.#wrong(key, 'text', value);
  }

  flag(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.#wrong(key, 'true or false', value);
  }

  number(key: string, { min, max = Number.MAX_SAFE_INTEGER, integer = false }: NumberRange): number | undefined {
    const written = this.raw(key);
    if (written === undefined) return undefined;
    const value = Float.is(written) ? written.value : written;
    if (typeof value !== 'number') return this.#wrong(key, integer ? 'a whole number' : 'a number', value);
    if (integer && !Number.isInteger(value)) return this.#wrong(key, 'a whole number', value);
    if (value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `between ${min} and ${max}`;
    return this.bad(key, `must be ${range}`);
  }

  choice<const T extends string>(key: string, choices: readonly T[]): T | undefined {
    const value = this.text(key);
    if (value === undefined || choices.includes(value as T)) return value as T | undefined;
    const didYouMean = nearest(value, choices);
    this.#findings.atValue(
      [...this.path, key],
      raise.WORKFLOW_VALUE({ key, problem: `must be ${choices.map((choice) => `\`${choice}\``).join(' or ')}` }),
      { expected: choices.join(' | '), ...(didYouMean !== undefined && { didYouMean }) },
    );
    return undefined;
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.raw(key);
    if (value === undefined || Array.isArray(value)) return value;
    return this.#wrong(key, 'a list', value);
  }

  record(key: string): DataRecord | undefined {
    const value = this.raw(key);
    if (value === undefined || isRecord(value)) return value;
    return this.#wrong(key, 'a mapping', value);
  }

  /** Reads a nested mapping with its own reader, and finishes it. */
  nested<T>(key: string, where: string, read: (reader: MappingReader) => T, others?: OtherKeys): T | undefined {
    const record = this.record(key);
    if (record === undefined) return undefined;
    const reader = new MappingReader(this.#findings, record, [...this.path, key], where);
    const value = read(reader);
    reader.finish(others);
    return value;
  }

  /** A text, or a list of texts. */
  texts(key: string): readonly string[] | undefined {
    const value = this.raw(key);
    if (typeof value === 'string') return [value];
    const list = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
    if (value === undefined) return undefined;
    if (list === undefined) return this.#wrong(key, 'text or a list of texts', value);
    for (const [index, item] of list.entries()) {
      if (typeof item === 'string') continue;
      const found = kindOfValue(item);
      const error = raise.WORKFLOW_TYPE({ key: `${key}[${index}]`, expected: 'text', found });
      this.#findings.atValue([...this.path, key, index], error, { expected: 'text' });
    }
    return list.every((item) => typeof item === 'string') ? (list as readonly string[]) : undefined;
  }

  bad(key: string, problem: string): undefined {
    this.#findings.atValue([...this.path, key], raise.WORKFLOW_VALUE({ key, problem }));
    return undefined;
  }

  finish({ unsupported = {}, withoutEffect = {}, hints = {} }: OtherKeys = {}): void {
    for (const key of Object.keys(this.#record)) {
      if (this.#asked.has(key)) continue;
      const path = [...this.path, key];
      if (Object.hasOwn(unsupported, key)) {
        if (isSet(this.#record[key]))
          this.#findings.atKey(path, raise.WORKFLOW_NOT_SUPPORTED({ what: unsupported[key]! }));
      } else if (Object.hasOwn(withoutEffect, key)) {
        const error = raise.WORKFLOW_KEY_WITHOUT_EFFECT({ key, why: withoutEffect[key]! });
        if (isSet(this.#record[key])) this.#findings.atKey(path, error, { severity: 'warning' });
      } else {
        const didYouMean = Object.hasOwn(hints, key) ? hints[key] : nearest(key, this.#asked);
        const error = raise.WORKFLOW_KEY_UNKNOWN({ key, where: this.#where, didYouMean });
        const expected = [...this.#asked].sort().join(', ');
        this.#findings.atKey(path, error, { expected, ...(didYouMean !== undefined && { didYouMean }) });
      }
    }
  }

  #wrong(key: string, expected: string, value: unknown): undefined {
    const error = raise.WORKFLOW_TYPE({ key, expected, found: kindOfValue(value) });
    this.#findings.atValue([...this.path, key], error, { expected });
    return undefined;
  }
}

/** Exports of other hosts write every key, unset ones as null or empty. */
function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== null && value !== '' && !(isRecord(value) && Object.keys(value).length === 0);
}
