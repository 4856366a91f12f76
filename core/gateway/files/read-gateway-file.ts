import type { BackplaneError } from '@backplane/sdk';
import { interpolate } from '../../config/interpolate.ts';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { plainSchemaMessage } from '../../language/source/plain-schema-message.ts';
import type { YamlSource } from '../../language/source/yaml-source.ts';
import type { Place } from '../model/place.ts';
import { type GatewayFile, gatewayFileSchema } from './gateway-file-schema.ts';
import type { GatewayProblem } from './gateway-problem.ts';

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
  const placeOf = (path: Path): Place => ({ ...at(source, path), file: name });
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
  const invalid = (path: Path, error: BackplaneError) =>
    report({
      severity: 'error',
      code: error.code,
      message: error.message,
      remedy: error.facts.remedy,
      place: placeOf(path),
    });
  const values = interpolate(source.value ?? {}, environment, (variable, path) =>
    invalid(path, raise.GATEWAY_FILE_INVALID({ problem: `the environment variable ${variable} is not set` })),
  );
  const parsed = gatewayFileSchema.safeParse(values);
  if (parsed.success) return { name, content: parsed.data, placeOf };
  for (const issue of parsed.error.issues) {
    for (const { path, message } of leaves(issue as Issue, []))
      invalid(path, raise.GATEWAY_FILE_INVALID({ problem: message }));
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

/** A union says of each way what does not fit; the way with the fewest problems is the one that was meant. */
function leaves(issue: Issue, before: Path): { readonly path: Path; readonly message: string }[] {
  const path = [...before, ...(issue.path as Path)];
  if (issue.code === 'invalid_union' && (issue.errors?.length ?? 0) > 0) {
    const ways = issue.errors!.map((way) => way.flatMap((inner) => leaves(inner, path)));
    const deepest = ways.toSorted((a, b) => weight(a, path) - weight(b, path))[0]!;
    return deepest.length > 0 ? deepest : [{ path, message: `${pathText(path)} cannot be read` }];
  }
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({ path: [...path, key], message: unknownKey(path, key) }));
  const where = pathText(path);
  return [{ path, message: `${where}${where === '' ? '' : ': '}${plainSchemaMessage(issue.message)}` }];
}

/** Problems deep inside say that the shape was right. */
function weight(problems: readonly { readonly path: Path; readonly message: string }[], at: Path): number {
  const outside = problems.filter(({ path }) => path.length <= at.length).length;
  return outside * 100 + problems.length;
}

const KNOWN = [
  ...[
    'compat',
    'authentication',
    'upstreams',
    'policies',
    'registration',
    'authenticate',
    'routes',
    'ocelot',
    'environment',
    'handlers',
  ],
  ...[
    'id',
    'path',
    'caseSensitive',
    'methods',
    'hosts',
    'headers',
    'query',
    'priority',
    'to',
    'rewrite',
    'method',
    'host',
  ],
  ...[
    'forwarded',
    'timeout',
    'maxBodyBytes',
    'metadata',
    'tags',
    'enabled',
    'targets',
    'discovery',
    'balancer',
    'health',
  ],
  ...['failover', 'pool', 'schemes', 'optional', 'when', 'label'],
];

function unknownKey(path: Path, key: string): string {
  const suggestion = nearest(key, KNOWN);
  return `unknown key \`${pathText([...path, key])}\`${suggestion ? `, did you mean \`${suggestion}\`?` : ''}`;
}

function pathText(path: Path): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

function at(source: YamlSource, path: Path): { line: number; column: number } {
  const { line, column } = source.positionOf(path);
  return { line, column };
}
