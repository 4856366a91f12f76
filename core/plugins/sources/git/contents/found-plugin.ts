import type { Manifest } from '../../../manifest/manifest-schema.ts';
import type { SourcePlugin } from '../git-sources.ts';

/** What a plugin contributes, as far as it can be told without running it. */
export interface Contribution {
  /** `action:tools.acme.send`. */
  readonly name: string;
  readonly input?: unknown;
  readonly output?: unknown;
}

export interface FoundPlugin extends SourcePlugin {
  readonly manifest: Manifest;
  readonly contributions: readonly Contribution[];
  /** Paths below the source. Of `templates` only its YAML files. */
  readonly files: readonly string[];
}
