import type { BackplaneError, Position } from '@backplane/sdk';
import { interpolate } from '../../config/interpolate.ts';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { plainSchemaMessage } from '../../language/source/plain-schema-message.ts';
import type { Place } from '../model/place.ts';
import { type GatewayFile, gatewayFileSchema } from './gateway-file-schema.ts';
import type { GatewayProblem } from './gateway-problem.ts';
import { knownKeys } from './known-keys.ts';
import { plainNumbers } from './plain-numbers.ts';

type Path = readonly (string | number)[];

/** A gateway file as it was read, with where everything stands. */
export interface ReadGatewayFile {
  readonly name: string;
  readonly content: GatewayFile;
  placeOf(path: Path): Place;
}

/** Reads one file. `undefined` where it has problems that leave nothing to work with; all of them are reported. */
export function readGatewayFile(
  text: string,
  name: string,
  environment: NodeJS.ProcessEnv,
  report: (problem: GatewayProblem) => void,
): ReadGatewayFile | undefined {
  const source = parseYaml(text, name);
  const placeOf = (path: Path): Place => ({ ...at(source.positionOf(path)), file: name });
  if (source.problems.length > 0) {
    for (const { code, message, remedy, position } of source.problems)
      report({
        severity: 'error',
        code,
        message,
        remedy: remedy ?? '',
        place: { file: name, line: position.line, column: position.column },
      });
    return undefined;
  }
  const invalid = (path: Path, error: BackplaneError, isKey = false) =>
    report({
      severity: 'error',
      code: error.code,
      message: error.message,
      remedy: error.facts.remedy,
      place: isKey ? { ...at(source.keyPositionOf(path)), file: name } : placeOf(path),
    });
  const numbers = plainNumbers(source.value ?? {}, (path) =>
    invalid(path, raise.GATEWAY_FILE_INVALID({ problem: `${pathText(path)}: too large a number; write it in quotes` })),
  );
  let isWhole = true;
  const values = interpolate(numbers, environment, (variable, path) => {
    isWhole = false;
    invalid(path, raise.GATEWAY_FILE_INVALID({ problem: `the environment variable ${variable} is not set` }));
  });
  const parsed = gatewayFileSchema.safeParse(values);
  if (parsed.success) return { name, content: parsed.data, placeOf };
  for (const issue of parsed.error.issues) {
    for (const { path, message, isKey } of leaves(issue as Issue, [])) {
      // What an absent variable leaves behind fits nothing, and has been complained of.
      if (isWhole || !isUnset(values, path)) invalid(path, raise.GATEWAY_FILE_INVALID({ problem: message }), isKey);
    }
  }
  return undefined;
}

interface Issue {
  readonly code?: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
}

interface Leaf {
  readonly path: Path;
  readonly message: string;
  /** The key itself is what is wrong. */
  readonly isKey?: boolean;
  /** Another kind of value stands here: this form was not meant. */
  readonly isOtherKind?: boolean;
}

/** A union says of each way what does not fit; the way with the fewest problems is the one that was meant. */
function leaves(issue: Issue, before: Path): readonly Leaf[] {
  const path = [...before, ...(issue.path as Path)];
  const where = pathText(path);
  const say = (message: string): Leaf => ({ path, message: `${where}${where === '' ? '' : ': '}${message}` });
  if (issue.code === 'invalid_union' && (issue.errors?.length ?? 0) > 0) {
    const ways = issue.errors!.map((way) => way.flatMap((inner) => leaves(inner, path)));
    const nearest = ways.toSorted((a, b) => distance(a, path) - distance(b, path))[0]!;
    const isNoForm = nearest.every(({ path: { length }, isKey }) => length <= path.length && isKey !== true);
    return isNoForm && issue.message !== 'Invalid input' ? [say(issue.message)] : nearest;
  }
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({ path: [...path, key], message: unknownKey(path, key), isKey: true }));
  return [{ ...say(plainSchemaMessage(issue.message)), isOtherKind: issue.code === 'invalid_type' }];
}

/** Problems deep inside say that the shape was right. */
function distance(problems: readonly Leaf[], { length }: Path): number {
  const outside = problems.filter(({ path }) => path.length <= length);
  return outside.filter(({ isOtherKind }) => isOtherKind).length * 10_000 + outside.length * 100 + problems.length;
}

function unknownKey(path: Path, key: string): string {
  const suggestion = nearest(key, knownKeys(path));
  return `unknown key \`${pathText([...path, key])}\`${suggestion ? `, did you mean \`${suggestion}\`?` : ''}`;
}

function pathText(path: Path): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

function at({ line, column }: Position): { line: number; column: number } {
  return { line, column };
}

function isUnset(values: unknown, path: Path): boolean {
  const found = path.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    values,
  );
  return typeof found === 'string' && found.includes('${env:');
}
