import type * as PromClient from 'prom-client';

type Status = 'completed' | 'failed' | 'cancelled';

interface Counts {
  started: number;
  readonly ended: Record<Status, number>;
  seconds: number;
}

/** What is known of runs that are not journaled, by workflow. Counted here and handed to Prometheus when somebody asks: it costs next to nothing. */
export class EdgeRuns {
  readonly #workflows = new Map<string, Counts>();

  started(workflow: string): void {
    this.#of(workflow).started++;
  }

  ended(workflow: string, status: Status, seconds: number): void {
    const counts = this.#of(workflow);
    counts.ended[status]++;
    counts.seconds += seconds;
  }

  register({ Counter }: typeof PromClient, registry: PromClient.Registry): void {
    const workflows = this.#workflows;
    const registers = [registry];
    new Counter({
      name: 'backplane_edge_runs_started_total',
      help: 'Runs without a journal that were started, by workflow.',
      labelNames: ['workflow'],
      registers,
      collect() {
        this.reset();
        for (const [workflow, { started }] of workflows) this.inc({ workflow }, started);
      },
    });
    new Counter({
      name: 'backplane_edge_runs_total',
      help: 'Runs without a journal that ended, by workflow and status.',
      labelNames: ['workflow', 'status'],
      registers,
      collect() {
        this.reset();
        for (const [workflow, { ended }] of workflows)
          for (const [status, count] of Object.entries(ended)) this.inc({ workflow, status }, count);
      },
    });
    new Counter({
      name: 'backplane_edge_run_seconds_total',
      help: 'How long runs without a journal took in all, by workflow.',
      labelNames: ['workflow'],
      registers,
      collect() {
        this.reset();
        for (const [workflow, { seconds }] of workflows) this.inc({ workflow }, seconds);
      },
    });
  }

  #of(workflow: string): Counts {
    const known = this.#workflows.get(workflow);
    if (known !== undefined) return known;
    const counts = { started: 0, ended: { completed: 0, failed: 0, cancelled: 0 }, seconds: 0 };
    this.#workflows.set(workflow, counts);
    return counts;
  }
}
