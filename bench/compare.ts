/** Work to be timed: one call of `run` does `operations` operations. */
export interface Side {
  readonly run: () => void | Promise<void>;
  readonly operations: number;
  /** Processor time used so far in microseconds; default: this process's own. For work that other processes share in. */
  readonly cpuMicros?: () => number;
}

export interface Timing {
  /** Medians over the rounds, microseconds per operation. */
  readonly wallMicros: number;
  readonly cpuMicros: number;
}

export interface Comparison {
  readonly rounds: number;
  readonly ours: Timing;
  readonly peers: Readonly<Record<string, Timing>>;
  /** Ours divided by the peer, in wall time per operation: below 1 is faster than the peer. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** Times ours and its peers in turn (A B A B …), so that a machine that slows down slows all of them down. */
export async function compare(sides: {
  readonly ours: Side;
  readonly peers: Readonly<Record<string, Side>>;
  readonly rounds?: number;
}): Promise<Comparison> {
  const rounds = Math.max(5, sides.rounds ?? 7);
  const all: [name: string, side: Side, samples: Timing[]][] = [
    ['ours', sides.ours, []],
    ...Object.entries(sides.peers).map(([name, side]): [string, Side, Timing[]] => [name, side, []]),
  ];
  for (const [, side] of all) await side.run(); // warm
  for (let round = 0; round < rounds; round++) for (const [, side, samples] of all) samples.push(await time(side));
  const [ours, ...peers] = all.map(([name, , samples]) => [name, medianOf(samples)] as const);
  return {
    rounds,
    ours: ours![1],
    peers: Object.fromEntries(peers),
    ratios: Object.fromEntries(peers.map(([name, timing]) => [name, ours![1].wallMicros / timing.wallMicros])),
  };
}

async function time({ run, operations, cpuMicros = ownCpuMicros }: Side): Promise<Timing> {
  const [cpuBefore, wallBefore] = [cpuMicros(), performance.now()];
  await run();
  return {
    wallMicros: ((performance.now() - wallBefore) * 1000) / operations,
    cpuMicros: (cpuMicros() - cpuBefore) / operations,
  };
}

export function ownCpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function medianOf(samples: readonly Timing[]): Timing {
  return {
    wallMicros: median(samples.map((each) => each.wallMicros)),
    cpuMicros: median(samples.map((each) => each.cpuMicros)),
  };
}

function median(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
