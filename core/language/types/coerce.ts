import { Float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../source/did-you-mean.ts';
import { describeValue } from '../values/describe-value.ts';
import { floatText } from '../values/float-text.ts';
import { isFloat } from '../values/integer.ts';
import { isRecord, newRecord } from '../values/is-record.ts';
import { Exactness, exact, type Fit, strict } from './exactness.ts';
import { type InputType, typeText, withoutNone } from './input-type.ts';
import { jsonForm } from './json-form.ts';
import { readDateTime } from './read-datetime.ts';
import { readDuration } from './read-duration.ts';
import { readBool, readFloat, readInt } from './read-number.ts';

/** One value that does not fit: where, what was wanted, what is there (its kind and size; text is never shown, it may be secret). */
export interface TypeIssue {
  /** `inputs.hosts[2].port` */
  readonly path: string;
  /** The keys and indexes of `path` below the value that was checked. */
  readonly at: readonly (string | number)[];
  readonly expected: string;
  readonly got: string;
  readonly didYouMean?: string;
}

/** The value as the type wants it, or every place where it does not fit. */
export type Coerced =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly TypeIssue[] };

/** Reads `value` as `type` with the conversions of pydantic's lax mode, and gives JSON data. Throws INPUT_INVALID with all problems. */
export function coerce(type: InputType, value: unknown, path: string): unknown {
  const outcome = tryCoerce(type, value, path);
  if (outcome.ok) return outcome.value;
  throw inputInvalid(outcome.issues);
}

/** As {@link coerce}, for those who collect problems. */
export function tryCoerce(type: InputType, value: unknown, path: string): Coerced {
  const issues: TypeIssue[] = [];
  const fit = read(type, value, { path, at: [], issues });
  return fit === undefined ? { ok: false, issues } : { ok: true, value: fit.value };
}

/** The error of all these issues at once. */
export function inputInvalid(issues: readonly TypeIssue[]) {
  return raise.INPUT_INVALID({ problems: issues.map(issueText) }, { details: { problems: issues } });
}

function issueText({ path, expected, got, didYouMean }: TypeIssue): string {
  return `${path}: expected ${expected}, got ${got}.${didYouMean === undefined ? '' : ` Did you mean \`${didYouMean}\`?`}`;
}

interface Place {
  readonly path: string;
  readonly at: readonly (string | number)[];
  readonly issues: TypeIssue[];
}

function read(type: InputType, value: unknown, place: Place): Fit | undefined {
  switch (type.kind) {
    case 'list':
      return readList(type.item, value, place) ?? refuse(type, value, place, Array.isArray(value));
    case 'dict':
      return readDict(type, value, place) ?? refuse(type, value, place, isRecord(value));
    case 'union':
      return readUnion(type, value, place);
    default:
      return readScalar(type, value) ?? refuse(type, value, place);
  }
}

function readScalar(type: InputType, value: unknown): Fit | undefined {
  switch (type.kind) {
    case 'int':
      return readInt(value);
    case 'float':
      return readFloat(value);
    case 'bool':
      return readBool(value);
    case 'str':
      return typeof value === 'string' ? exact(value) : undefined;
    case 'none':
      return value === null || value === undefined ? exact(null) : undefined;
    case 'any':
      return strict(jsonForm(value));
    case 'datetime':
      return readDateTime(value);
    case 'duration':
      return readDuration(value);
    default:
      return type.kind === 'enum' && typeof value === 'string' && type.values.includes(value)
        ? exact(value)
        : undefined;
  }
}

function readList(item: InputType, value: unknown, place: Place): Fit | undefined {
  if (!Array.isArray(value)) return undefined;
  let exactness: Exactness = Exactness.exact;
  let failed = false;
  const items = value.map((member, index) => {
    const fit = read(item, member, below(place, index));
    if (fit === undefined) failed = true;
    else exactness = least(exactness, fit.exactness);
    return fit?.value;
  });
  return failed ? undefined : { value: items, exactness };
}

function readDict(type: InputType & { kind: 'dict' }, value: unknown, place: Place): Fit | undefined {
  if (!isRecord(value)) return undefined;
  let exactness: Exactness = Exactness.exact;
  let failed = false;
  const members = newRecord();
  for (const name of Object.keys(value)) {
    const inside = below(place, name);
    const key = read(type.key, name, { ...inside, path: `the key ${inside.path}` });
    const fit = read(type.value, value[name], inside);
    if (key === undefined || fit === undefined) {
      failed = true;
      continue;
    }
    exactness = least(exactness, least(key.exactness, fit.exactness));
    members[keyText(key.value)] = fit.value;
  }
  return failed ? undefined : { value: members, exactness };
}

/** JSON keys are text: `true`, `1.5`, `1.0`. */
function keyText(key: unknown): string {
  return isFloat(key) ? floatText(Float.is(key) ? key.value : key) : String(key);
}

/** Smart mode: the first exact fit wins, else the best one, the earlier of equals. */
function readUnion(type: InputType & { kind: 'union' }, value: unknown, place: Place): Fit | undefined {
  let best: Fit | undefined;
  const inner: TypeIssue[] = [];
  for (const member of type.members) {
    const fit = read(member, value, { ...place, issues: inner });
    if (fit?.exactness === Exactness.exact) return fit;
    if (fit !== undefined && (best === undefined || fit.exactness > best.exactness)) best = fit;
  }
  return best ?? refuseUnion(type, value, place, inner);
}

/** When one member alone is of the right shape (`list[int] | None` given a list), its own issues say more than "not a list[int] | None". */
function refuseUnion(type: InputType, value: unknown, place: Place, inner: readonly TypeIssue[]): undefined {
  const deeper = inner.filter((issue) => issue.at.length > place.at.length);
  const shapes = type.kind === 'union' ? type.members.filter((member) => hasShape(member, value)).length : 0;
  if (deeper.length > 0 && shapes === 1) place.issues.push(...deeper);
  else refuse(type, value, place);
}

function hasShape(type: InputType, value: unknown): boolean {
  return (type.kind === 'list' && Array.isArray(value)) || (type.kind === 'dict' && isRecord(value));
}

/** Notes that the value does not fit, unless what is inside it has said so already. */
function refuse(type: InputType, value: unknown, place: Place, saidInside = false): undefined {
  if (saidInside) return;
  const values = withoutNone(type).type;
  const didYouMean = values.kind === 'enum' && typeof value === 'string' ? nearest(value, values.values) : undefined;
  place.issues.push({
    path: place.path,
    at: place.at,
    expected: expectation(type),
    got: whatIsThere(value),
    ...(didYouMean === undefined ? {} : { didYouMean: JSON.stringify(didYouMean) }),
  });
}

function expectation(type: InputType): string {
  if (type.kind === 'datetime') return 'datetime (ISO text such as 2026-01-31T12:00:00Z, or Unix seconds)';
  if (type.kind === 'duration') return 'duration (ISO text such as PT30S, 00:00:30, "1 day", or seconds)';
  return typeText(type);
}

function whatIsThere(value: unknown): string {
  if (typeof value === 'boolean' || typeof value === 'bigint') return `${value}`;
  if (typeof value === 'number' || Float.is(value)) return isFloat(value) ? floatText(Number(value)) : `${value}`;
  return describeValue(value);
}

function below(place: Place, step: string | number): Place {
  const suffix =
    typeof step === 'number' ? `[${step}]` : /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  return { path: `${place.path}${suffix}`, at: [...place.at, step], issues: place.issues };
}

function least(left: Exactness, right: Exactness): Exactness {
  return left < right ? left : right;
}
