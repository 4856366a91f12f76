/** What expressions at a certain place may use. */
export interface CheckRules {
  /** Contexts that exist there; every other one is a problem. */
  readonly contexts: readonly string[];
  /** False: no `FN` calls there. */
  readonly functions?: boolean;
  /** Declared inputs; absent: any name passes. */
  readonly inputs?: ReadonlySet<string>;
  /** Refs of the template's steps; absent: any name passes. */
  readonly steps?: ReadonlySet<string>;
  /** Refs of the workflow's actions; absent: any name passes. */
  readonly actions?: ReadonlySet<string>;
}

export interface TemplateProblem {
  /** A code of the error catalogue. */
  readonly code: string;
  readonly message: string;
  /** Path of the string (or key) in the checked value. */
  readonly at: readonly (string | number)[];
  /** Offset inside that string. */
  readonly offset: number;
  readonly expected?: string;
  readonly didYouMean?: string;
}
