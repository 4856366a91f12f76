import type { RunAction } from '../scheduler/command.ts';
import { type ActionLimits, actionLimitFinder } from './action-limits.ts';
import type { LiveRun } from './live-run.ts';

export interface SlotOptions {
  /** Places over all runs. */
  readonly limit: number;
  /** Places for some actions alone. */
  readonly actions?: ActionLimits;
  /** Places for the actions of one workspace. */
  readonly workspaceLimit?: number;
  /** The name that limits go by, of an action as a workflow writes it. */
  nameOf(action: string): string;
  /** Begins the action. False when nobody wants it any more: then it takes no place. */
  start(run: LiveRun, command: RunAction): boolean;
}

/** Places that some actions share. Lanes that wait for one of them stand in `parked`. */
interface Bucket {
  readonly limit: number;
  taken: number;
  readonly parked: Set<Lane>;
}

/** Actions of one run that wait. Taking the first from an array itself would move all others. */
interface Queue {
  readonly commands: RunAction[];
  /** Where the first that waits stands. */
  first: number;
}

/** Actions to which the same limits apply. */
interface Lane {
  readonly buckets: readonly Bucket[];
  /** Who waits in it: each run gets one place in turn. */
  readonly waiting: Map<LiveRun, Queue>;
}

/**
 * The places for actions that run at the same time, over all runs. When they are taken, runs wait in a circle and get one place
 * each in turn, so that a run with a thousand actions does not keep the others from their one. Actions with a limit of their own
 * wait in a lane of their own: while that limit is reached, the lane steps aside and nobody waits behind it. A place is given in
 * constant time, however many wait.
 */
export class ActionSlots {
  readonly #options: SlotOptions;
  readonly #limitOf: ReturnType<typeof actionLimitFinder>;
  /** Until hosts know workspaces, all runs belong to one. */
  readonly #workspace: readonly Bucket[];
  readonly #lanes = new Map<string | undefined, Lane>();
  readonly #laneOfAction = new Map<string, Lane>();
  /** Lanes in which somebody waits, except those parked. */
  readonly #circle = new Set<Lane>();
  #taken = 0;
  #open = true;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#limitOf = actionLimitFinder(options.actions ?? {});
    this.#workspace = options.workspaceLimit === undefined ? [] : [newBucket(options.workspaceLimit)];
  }

  get taken(): number {
    return this.#taken;
  }

  add(run: LiveRun, command: RunAction): void {
    if (!this.#open) return;
    const lane = this.#laneOf(run, command);
    if (this.#taken < this.#options.limit && lane.waiting.size === 0 && !lane.buckets.some(isFull)) {
      this.#begin(lane, run, command);
      return;
    }
    const queue = lane.waiting.get(run);
    if (queue !== undefined) queue.commands.push(command);
    else {
      lane.waiting.set(run, { commands: [command], first: 0 });
      if (lane.waiting.size === 1) this.#circle.add(lane);
    }
    this.#fill();
  }

  /** One action has ended. */
  release(run: LiveRun, command: RunAction): void {
    this.#taken--;
    for (const bucket of this.#laneOf(run, command).buckets) {
      bucket.taken--;
      for (const lane of bucket.parked) this.#circle.add(lane);
      bucket.parked.clear();
    }
    this.#fill();
  }

  /** Starts nothing any more. */
  close(): void {
    this.#open = false;
    this.#circle.clear();
    this.#lanes.clear();
  }

  #fill(): void {
    while (this.#open && this.#taken < this.#options.limit) {
      const lane = this.#circle.values().next().value;
      if (lane === undefined) return;
      this.#circle.delete(lane);
      const full = lane.buckets.find(isFull);
      if (full !== undefined) full.parked.add(lane);
      else this.#serve(lane);
    }
  }

  /** The run that has waited longest gets the place, and goes to the end of the circle, as does its lane. */
  #serve(lane: Lane): void {
    const [run, queue] = lane.waiting.entries().next().value!;
    const command = queue.commands[queue.first]!;
    queue.first += 1;
    lane.waiting.delete(run);
    if (queue.first < queue.commands.length) lane.waiting.set(run, queue);
    if (lane.waiting.size > 0) this.#circle.add(lane);
    this.#begin(lane, run, command);
  }

  #begin({ buckets }: Lane, run: LiveRun, command: RunAction): void {
    if (!this.#options.start(run, command)) return;
    this.#taken++;
    for (const bucket of buckets) bucket.taken++;
  }

  #laneOf({ graph }: LiveRun, command: RunAction): Lane {
    const { action } = graph.actions[command.action]!;
    const known = this.#laneOfAction.get(action);
    if (known !== undefined) return known;
    const found = this.#limitOf(this.#options.nameOf(action));
    let lane = this.#lanes.get(found?.pattern);
    if (lane === undefined) {
      const own = found === undefined ? [] : [newBucket(found.limit)];
      lane = { buckets: [...own, ...this.#workspace], waiting: new Map() };
      this.#lanes.set(found?.pattern, lane);
    }
    this.#laneOfAction.set(action, lane);
    return lane;
  }
}

function isFull({ taken, limit }: Bucket): boolean {
  return taken >= limit;
}

function newBucket(limit: number): Bucket {
  return { limit, taken: 0, parked: new Set() };
}
