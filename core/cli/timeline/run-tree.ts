import type { RunDetails, StepDetails } from '../../executor/history/run-details.ts';

/** A run and those that its steps have started. */
export interface RunTree {
  readonly run: RunDetails;
  readonly children: ReadonlyMap<string, RunTree>;
}

const MAX_DEPTH = 3;
const MAX_RUNS = 25;

/** `read` gives a run, or nothing when it is gone. Of very many runs only the first ones are looked into. */
export async function readRunTree(
  runId: string,
  read: (runId: string) => Promise<RunDetails | undefined>,
): Promise<RunTree | undefined> {
  let left = MAX_RUNS;
  const visit = async (id: string, depth: number): Promise<RunTree | undefined> => {
    const run = left-- > 0 ? await read(id) : undefined;
    if (run === undefined) return undefined;
    const children = new Map<string, RunTree>();
    for (const child of depth < MAX_DEPTH ? childrenOf(run) : []) {
      const found = await visit(child, depth + 1);
      if (found !== undefined) children.set(child, found);
    }
    return { run, children };
  };
  return visit(runId, 0);
}

function* childrenOf({ steps, streams = {} }: RunDetails): Generator<string> {
  yield* childrenIn(steps);
  for (const stream of Object.values(streams)) yield* childrenIn(stream.steps);
}

function* childrenIn(steps: Readonly<Record<string, StepDetails>>): Generator<string> {
  for (const { attempts } of Object.values(steps))
    for (const { runId } of attempts) if (runId !== undefined) yield runId;
}
