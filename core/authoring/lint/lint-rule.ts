import type { Position } from '@backplane/sdk';
import type { PluginProject } from '../project/plugin-project.ts';

/** A safe correction: the whole text of one file, made new. */
export interface Fix {
  readonly file: string;
  apply(text: string): string;
}

/** One place where a rule is broken. */
export interface Breach {
  readonly message: string;
  /** Absent: the manifest as a whole. */
  readonly position?: Position;
  readonly fix?: Fix;
}

export interface LintRule {
  readonly id: string;
  /** Errors keep a plugin from being packed and published. */
  readonly severity: 'error' | 'warning';
  /** What it asks for, in one sentence. */
  readonly summary: string;
  /** Why, and what to do instead. */
  readonly why: string;
  /** True when some of its breaches can be corrected by `--fix`. */
  readonly fixes?: boolean;
  check(project: PluginProject): readonly Breach[] | Promise<readonly Breach[]>;
}
