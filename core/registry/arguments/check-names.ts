import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import type { Problem } from '../../language/source/problem.ts';
import { toProblem } from '../../language/source/to-problem.ts';
import type { DataPath, YamlSource } from '../../language/source/yaml-source.ts';
import { isDynamic } from './is-dynamic.ts';

export interface NamesCheck {
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly known: readonly string[];
  readonly required: readonly string[];
  /** Accepted spellings that are not offered: old name → name. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** False when any other name is accepted too. */
  readonly closed: boolean;
  readonly source: YamlSource;
  readonly path: DataPath;
}

/** Unknown argument names, each with the nearest known one, and missing arguments. */
export function checkNames(check: NamesCheck): Problem[] {
  const { action, args, aliases = {}, source, path } = check;
  const given = Object.keys(args);
  const problems: Problem[] = [];
  if (check.closed) {
    for (const name of given) {
      if (check.known.includes(name) || Object.hasOwn(aliases, name) || isDynamic(name)) continue;
      const error = raise.ARGUMENT_UNKNOWN({ action, name, known: check.known });
      const didYouMean = nearest(name, check.known);
      const extras = didYouMean === undefined ? {} : { didYouMean };
      problems.push(toProblem(error, source.keyPositionOf([...path, name]), extras));
    }
  }
  if (given.some(isDynamic)) return problems;
  const present = new Set(given.flatMap((name) => (Object.hasOwn(aliases, name) ? [name, aliases[name]!] : [name])));
  for (const name of check.required) {
    if (present.has(name)) continue;
    problems.push(toProblem(raise.ARGUMENT_MISSING({ action, name }), source.keyPositionOf(path)));
  }
  return problems;
}
