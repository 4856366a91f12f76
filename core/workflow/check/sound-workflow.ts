import type { DataPath } from '../../language/source/yaml-source.ts';
import type { ActionRegistry } from '../../registry/runnable-action.ts';
import type { Edges } from '../edges-of.ts';
import type { Scopes } from '../scopes.ts';
import type { WorkflowDefinition } from '../workflow-definition.ts';

/** A workflow whose graph and expressions are right. */
export interface SoundWorkflow {
  readonly definition: WorkflowDefinition;
  /** Where the definition stands in the file. */
  readonly path: DataPath;
  readonly edges: Edges;
  readonly scopes: Scopes;
  readonly registry: ActionRegistry;
}
