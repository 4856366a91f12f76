/** One contender: does `operations` pieces of work each time it is called. */
export interface Contender {
  readonly operations: number;
  /** CPU time so far, in milliseconds, of the process that does the work; absent: this one. */
  cpuMs?(): number;
  run(): void | Promise<void>;
}

export interface Figure {
  /** Microseconds of wall time for one operation, median of the rounds. */
  readonly wallMicros: number;
  /** Microseconds of CPU time of the process that does the work for one operation, median of the rounds. */
  readonly cpuMicros: number;
}

/** At least five: the median of fewer says little. */
const ROUNDS = +(process.env.BR ?? 7);

/** Lets all contenders work in turn (A B A B …), so that whatever else the machine does hits them alike. One round warms up. */
export async function compare<N extends string>(
  contenders: Readonly<Record<N, Contender>>,
): Promise<Record<N, Figure>> {
  const names = Object.keys(contenders) as N[];
  const samples = new Map(names.map((name) => [name, [] as Figure[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const figure = await measure(contenders[name]);
      if (round > 0) samples.get(name)!.push(figure);
    }
  }
  return Object.fromEntries(names.map((name) => [name, medians(samples.get(name)!)])) as Record<N, Figure>;
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measure({ operations, run, cpuMs = ownCpuMs }: Contender): Promise<Figure> {
  globalThis.gc?.();
  const cpu = cpuMs();
  const start = performance.now();
  await run();
  const wall = performance.now() - start;
  return { wallMicros: (wall * 1000) / operations, cpuMicros: ((cpuMs() - cpu) * 1000) / operations };
}

function medians(figures: readonly Figure[]): Figure {
  const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return { wallMicros: middle(figures.map((f) => f.wallMicros)), cpuMicros: middle(figures.map((f) => f.cpuMicros)) };
}
