import type { BackplaneError } from '@backplane/sdk';
import type { Problem } from '../../language/source/problem.ts';
import { toProblem } from '../../language/source/to-problem.ts';
import type { DataPath, YamlSource } from '../../language/source/yaml-source.ts';

type Extras = Parameters<typeof toProblem>[2];

/** Collects what a check finds in one file, each finding at its place. */
export class Findings {
  readonly source: YamlSource;
  readonly problems: Problem[] = [];

  constructor(source: YamlSource) {
    this.source = source;
  }

  atValue(path: DataPath, error: BackplaneError, extras?: Extras): void {
    this.problems.push(toProblem(error, this.source.positionOf(path), extras));
  }

  atKey(path: DataPath, error: BackplaneError, extras?: Extras): void {
    this.problems.push(toProblem(error, this.source.keyPositionOf(path), extras));
  }

  /** At a character of the text that stands at `path`. */
  insideText(path: DataPath, offset: number, error: BackplaneError, extras?: Extras): void {
    this.problems.push(toProblem(error, this.source.positionInside(path, offset), extras));
  }
}
