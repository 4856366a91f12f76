import type { BackplaneError, Position } from '@backplane/sdk';
import type { Problem } from './problem.ts';
import { toProblem } from './to-problem.ts';
import type { DataPath, YamlSource } from './yaml-source.ts';

export type FindingExtras = Partial<Pick<Problem, 'severity' | 'expected' | 'didYouMean'>>;

/** Collects what is wrong with one file, each finding at its place; nothing here stops at the first problem. */
export class Findings {
  readonly source: YamlSource;
  readonly problems: Problem[] = [];

  constructor(source: YamlSource) {
    this.source = source;
  }

  get hasErrors(): boolean {
    return this.problems.some(({ severity }) => severity === 'error');
  }

  isListAt(path: DataPath): boolean {
    return Array.isArray(path.reduce<any>((value, step) => value?.[step], this.source.value));
  }

  /** About the value at this path. */
  atValue(path: DataPath, error: BackplaneError, extras?: FindingExtras): void {
    this.at(this.source.positionOf(path), error, extras);
  }

  /** About the key at this path. */
  atKey(path: DataPath, error: BackplaneError, extras?: FindingExtras): void {
    this.at(this.source.keyPositionOf(path), error, extras);
  }

  /** At a character of the text that stands at `path`. */
  insideText(path: DataPath, offset: number, error: BackplaneError, extras?: FindingExtras): void {
    this.at(this.source.positionInside(path, offset), error, extras);
  }

  at(position: Position, error: BackplaneError, extras: FindingExtras = {}): void {
    this.problems.push(toProblem(error, position, extras));
  }
}
