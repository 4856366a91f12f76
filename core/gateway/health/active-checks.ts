import type { Log } from '@backplane/sdk';
import { originOf } from '../connections/connection-target.ts';
import type { TargetModel, UpstreamModel } from '../model/upstream-model.ts';
import { PoolSet } from '../upstreams/pool-set.ts';
import { CheckedTarget, type CheckState } from './checked-target.ts';

export interface ActiveChecksOptions {
  readonly log: Log;
  /** Told the ids of all unhealthy targets of an upstream, whenever they have changed. */
  tell(upstream: string, unhealthy: readonly string[]): void;
  /** In [0, 1). */
  readonly random?: () => number;
}

interface Followed {
  readonly model: UpstreamModel;
  readonly targets: Map<string, CheckedTarget>;
  told: string;
}

/** Asks every target of every upstream with an active check, once for all workers. */
export class ActiveChecks implements Disposable {
  readonly #options: ActiveChecksOptions;
  readonly #pools = new PoolSet();
  readonly #followed = new Map<string, Followed>();

  constructor(options: ActiveChecksOptions) {
    this.#options = options;
  }

  /** The upstreams that there are from now on. A target whose check stays as it is keeps its verdict. */
  follow(models: readonly UpstreamModel[]): void {
    const checked = new Map(
      models.flatMap((model) => (model.health.active === undefined ? [] : [[model.name, model]])),
    );
    for (const [name, followed] of this.#followed) {
      if (checked.has(name)) continue;
      this.#set(followed, []);
      this.#followed.delete(name);
    }
    for (const [name, model] of checked) {
      const before = this.#followed.get(name);
      const isSame = before !== undefined && checkOf(before.model) === checkOf(model);
      if (before !== undefined && !isSame) for (const target of before.targets.values()) target.stop();
      const followed: Followed = { model, targets: isSame ? before.targets : new Map(), told: before?.told ?? '' };
      this.#followed.set(name, followed);
      if (model.targets.kind === 'static') this.#set(followed, model.targets.targets);
      else this.#report(followed);
    }
  }

  /** Where the targets of an upstream are now, by its registry. */
  setTargets(upstream: string, targets: readonly TargetModel[]): void {
    const followed = this.#followed.get(upstream);
    if (followed !== undefined) this.#set(followed, targets);
  }

  /** By upstream. */
  state(): ReadonlyMap<string, readonly CheckState[]> {
    return new Map(
      [...this.#followed].map(([name, { targets }]) => [name, [...targets.values()].map((one) => one.state())]),
    );
  }

  [Symbol.dispose](): void {
    for (const { targets } of this.#followed.values()) for (const target of targets.values()) target.stop();
    this.#followed.clear();
  }

  #set(followed: Followed, models: readonly TargetModel[]): void {
    const { model, targets } = followed;
    const wanted = new Map(models.map((target) => [originOf(target), target]));
    for (const [id, target] of targets) {
      if (wanted.has(id)) continue;
      target.stop();
      targets.delete(id);
    }
    for (const [id, target] of wanted) {
      if (targets.has(id)) continue;
      const checked = new CheckedTarget({
        id,
        check: model.health.active!,
        lease: this.#pools.lease(target, { ...model.pool, connections: 1 }),
        random: this.#options.random ?? Math.random,
        changed: (isHealthy, because) => {
          const level = isHealthy ? 'info' : 'warn';
          this.#options.log[level](isHealthy ? 'a target is healthy again' : 'a target is unhealthy', {
            upstream: model.name,
            target: id,
            ...(because !== undefined && { because }),
          });
          // A reload may have come since.
          this.#report(this.#followed.get(model.name) ?? followed);
        },
      });
      targets.set(id, checked);
    }
    this.#report(followed);
  }

  #report(followed: Followed): void {
    const unhealthy = [...followed.targets.values()].flatMap(({ id, isHealthy }) => (isHealthy ? [] : [id]));
    const told = unhealthy.join(' ');
    if (told === followed.told) return;
    followed.told = told;
    this.#options.tell(followed.model.name, unhealthy);
  }
}

function checkOf({ health, pool }: UpstreamModel): string {
  return JSON.stringify([health.active, pool]);
}
