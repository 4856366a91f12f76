import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { jsonProblem } from '../../language/source/json-problem.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { YamlSource } from '../../language/source/yaml-source.ts';
import { isRecord } from '../../language/values/is-record.ts';
import { ownMember } from '../../language/values/own-member.ts';
import { schemaProblems } from '../schema-problems.ts';
import { type Manifest, manifestSchema } from './manifest-schema.ts';

const FIELD = 'backplane';
/** A manifest is read in one piece before anything else is known of the folder. */
const LARGEST_BYTES = 1024 * 1024;

/** Where a manifest stands: a file, and the path inside it. */
interface Found {
  readonly file: string;
  readonly text: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** True when the folder says that it is a plugin. Never throws: a broken manifest is one, too. */
export function hasManifest(folder: string): boolean {
  if (existsSync(join(folder, 'plugin.json'))) return true;
  const file = join(folder, 'package.json');
  try {
    return readSmall(file)?.includes(`"${FIELD}"`) === true;
  } catch {
    // Whoever reads the manifest reports why it cannot be read.
    return true;
  }
}

/**
 * The manifest of the plugin in `folder`: `plugin.json`, or the `backplane` field of `package.json`. Runs none of its code.
 * Throws PLUGIN_MANIFEST_MISSING, PLUGIN_MANIFEST_TWICE, PLUGIN_TOO_LARGE, PLUGIN_FOLDER_UNREADABLE, PLUGIN_MANIFEST_INVALID with all
 * problems and their positions.
 */
export function readManifest(folder: string): Manifest {
  const own = readJson(join(folder, 'plugin.json'));
  const pack = readJson(join(folder, 'package.json'));
  const field = pack !== undefined && isRecord(pack.value) ? ownMember(pack.value, FIELD) : undefined;
  if (own !== undefined && field !== undefined)
    throw raise.PLUGIN_MANIFEST_TWICE({ first: own.file, second: pack!.file });
  const found = own ?? (field === undefined ? undefined : { ...pack!, path: [FIELD], value: field });
  if (found === undefined) throw raise.PLUGIN_MANIFEST_MISSING({ folder });
  const parsed = manifestSchema.safeParse(found.value);
  if (parsed.success) return parsed.data;
  const source = parseYaml(found.text, found.file);
  throw invalid(found.file, source, schemaProblems(parsed.error.issues, manifestSchema, source, found.path));
}

function readJson(file: string): Found | undefined {
  const text = readSmall(file);
  if (text === undefined) return undefined;
  try {
    return { file, text, path: [], value: JSON.parse(text) };
  } catch {
    const source = parseYaml(text, file);
    const problems = source.problems.map(
      ({ position, message }) => `${file}:${position.line}:${position.column}: ${message}`,
    );
    throw invalid(file, source, problems.length > 0 ? problems : [`${file}: ${jsonProblem(text)}`]);
  }
}

/** Undefined: there is no such file, or it is none. */
function readSmall(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile() !== true) return undefined;
    if (found.size > LARGEST_BYTES)
      throw raise.PLUGIN_TOO_LARGE({ what: file, limit: `${LARGEST_BYTES} bytes in a manifest` });
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code = '', syscall } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return undefined;
    if (syscall === undefined) throw cause;
    throw raise.PLUGIN_FOLDER_UNREADABLE({ folder: dirname(file), path: file, code }, { cause });
  }
}

function invalid(file: string, source: YamlSource, problems: readonly string[]): BackplaneError {
  const place = /:(\d+):(\d+):/.exec(problems[0]!);
  const position = place === null ? source.positionOf([]) : { file, line: Number(place[1]), column: Number(place[2]) };
  return raise.PLUGIN_MANIFEST_INVALID({ file, problems }, { position });
}
