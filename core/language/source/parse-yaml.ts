import { Composer, CST, type Document, Parser } from 'yaml';
import { raise } from '../../errors/catalogue.ts';
import { lineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import { offsetInside } from './scalar-offset.ts';
import { syntaxProblems } from './syntax-problems.ts';
import { toProblem } from './to-problem.ts';
import type { YamlSource } from './yaml-source.ts';
import { yamlToData } from './yaml-to-data.ts';
import { MAX_DEPTH, YamlTree } from './yaml-tree.ts';

/** Characters; the largest hand-written files known have some 200,000. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Reads YAML (or JSON) without ever throwing: whatever is wrong with the text becomes a problem with a position. */
export function parseYaml(text: string, file: string): YamlSource {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const positionAt = lineIndex(source, file);
  if (source.length > MAX_LENGTH) {
    return refused(file, [toProblem(raise.YAML_TOO_LARGE({ size: source.length, limit: MAX_LENGTH }), positionAt(0))]);
  }
  const tokens = [...new Parser().parse(source)];
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined) {
    return refused(file, [toProblem(raise.YAML_TOO_DEEP({ limit: MAX_DEPTH }), positionAt(tooDeep))]);
  }
  const documents = compose(tokens, source.length);
  const first = documents[0]!;
  const tree = new YamlTree(first, positionAt);
  const problems = syntaxProblems(source, first.errors, positionAt);
  if (documents.length > 1) {
    problems.push(toProblem(raise.YAML_MULTIPLE_DOCUMENTS({}), positionAt(documents[1]!.range[0])));
  }
  const data = yamlToData(tree);
  return {
    file,
    value: data.value,
    problems: problems.length > 0 ? problems : data.problems,
    duplicates: data.duplicates,
    positionOf: (path) => {
      const { value, key } = tree.find(path);
      return value === null && key === undefined ? positionAt(0) : tree.positionOfNode((value ?? key)!);
    },
    keyPositionOf: (path) => {
      const { value, key } = tree.find(path);
      return value === null && key === undefined ? positionAt(0) : tree.positionOfNode((key ?? value)!);
    },
    positionInside: (path, offset) => positionAt(offsetInside(source, tree.follow(tree.find(path).value), offset)),
    positionInsideKey: (path, offset) => positionAt(offsetInside(source, tree.find(path).key ?? null, offset)),
  };
}

/** All scalars come as text ("failsafe"): `yamlToData` decides what they are. */
function compose(tokens: readonly CST.Token[], end: number): Document.Parsed[] {
  const composer = new Composer({
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    keepSourceTokens: false,
    logLevel: 'silent',
  });
  return [...composer.compose(tokens, true, end)] as Document.Parsed[];
}

function refused(file: string, problems: readonly Problem[]): YamlSource {
  const position = { file, line: 1, column: 1 };
  return {
    file,
    value: null,
    problems,
    duplicates: [],
    positionOf: () => position,
    keyPositionOf: () => position,
    positionInside: () => position,
    positionInsideKey: () => position,
  };
}

/** The offset of the first value that is nested too deeply. Works through the tokens with a list of its own: no recursion. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  let level: readonly CST.Token[] = tokens;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return level[0]!.offset;
    level = level.flatMap(children);
  }
  return undefined;
}

function children(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!CST.isCollection(token)) return [];
  const found: CST.Token[] = [];
  for (const item of token.items) {
    if (item.key && CST.isCollection(item.key)) found.push(item.key);
    if (item.value && CST.isCollection(item.value)) found.push(item.value);
  }
  return found;
}
