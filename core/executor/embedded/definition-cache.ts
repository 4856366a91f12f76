import { hash } from 'node:crypto';
import { parseJson, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { compileWorkflow } from '../../workflow/compile-workflow.ts';
import type { Graph } from '../../workflow/graph.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';

/** A definition ready to run, and as the journal keeps it. */
export interface Plan {
  readonly hash: string;
  readonly text: string;
  readonly graph: Graph;
}

/** Compiled graphs by content; the least recently used are forgotten. */
export interface DefinitionCache {
  /** Of a checked definition, which nobody may change afterwards. */
  plan(definition: unknown): Plan;
  /** From the journal: `read` is asked only when the graph is not at hand. Throws RUN_DEFINITION_UNUSABLE. */
  graph(hash: string, read: (hash: string) => Promise<string | undefined>): Promise<Graph>;
}

const KEPT_GRAPHS = 500;

export function createDefinitionCache(): DefinitionCache {
  const graphs = new Map<string, Graph>();
  const plans = new WeakMap<object, Plan>();
  const remember = (key: string, graph: Graph): Graph => {
    graphs.delete(key);
    graphs.set(key, graph);
    if (graphs.size > KEPT_GRAPHS) graphs.delete(graphs.keys().next().value!);
    return graph;
  };
  return {
    plan(definition) {
      const known = plans.get(definition as object);
      if (known !== undefined) return known;
      const text = stringifyJson(definition);
      const key = hash('sha256', text, 'base64url');
      const plan = { hash: key, text, graph: remember(key, graphs.get(key) ?? compile(definition)) };
      plans.set(definition as object, plan);
      return plan;
    },
    async graph(key, read) {
      const known = graphs.get(key);
      if (known !== undefined) return remember(key, known);
      const text = await read(key);
      if (text === undefined) throw raise.RUN_DEFINITION_UNUSABLE({ cause: 'it is missing from the journal' });
      return remember(key, compile(parsed(text)));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw raise.RUN_DEFINITION_UNUSABLE({ cause: 'it is not JSON' }, { cause });
  }
}

function compile(definition: unknown): Graph {
  try {
    return compileWorkflow(definition as WorkflowDefinition);
  } catch (cause) {
    throw raise.RUN_DEFINITION_UNUSABLE({ cause: `it does not compile (${(cause as Error).message})` }, { cause });
  }
}
