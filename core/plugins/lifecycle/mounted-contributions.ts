import type { AdoptedPlugin } from '../adopt-plugin.ts';
import type { MountOwner } from '../contributions/contribution-board.ts';
import { type MountedContribution, readMounted } from '../contributions/read-mounted.ts';
import { tablesOf } from '../database/tables-of.ts';
import { addPluginFunctions } from '../functions/add-plugin-functions.ts';
import type { PluginSurroundings } from './plugin-settings.ts';

/** What one version of a plugin brings besides actions. It is there as long as this version serves, and no longer. */
export class MountedContributions {
  readonly #board: PluginSurroundings['board'];
  readonly #owner: () => MountOwner;
  #mounted: readonly MountedContribution[] = [];
  #held: DisposableStack | undefined;

  constructor(board: PluginSurroundings['board'], owner: () => MountOwner) {
    this.#board = board;
    this.#owner = owner;
  }

  /** Nothing of it is served yet. Throws as {@link readMounted}. */
  read({ others }: AdoptedPlugin): void {
    this.#mounted = readMounted(this.#owner().manifest, others);
  }

  /** Its tables are as its code knows them before any of its work begins. */
  async prepareTables(): Promise<void> {
    const tables = tablesOf(this.#mounted);
    if (tables === undefined) return;
    const owner = this.#owner();
    await owner.ports.database?.prepare(owner, tables);
  }

  /** All of it takes the place of `before` together with what `step` exchanges. When something throws, `before` serves as it did. */
  replace(before: MountedContributions | undefined, step: () => void): void {
    const wasServing = before?.withdraw() ?? false;
    try {
      this.#serve();
      step();
    } catch (thrown) {
      this.withdraw();
      if (wasServing && before !== undefined) before.#serve();
      throw thrown;
    }
  }

  /** Whether what it brings is there. */
  get isServed(): boolean {
    return this.#held !== undefined;
  }

  /** Says whether there was anything to take away. */
  withdraw(): boolean {
    const held = this.#held;
    this.#held = undefined;
    held?.dispose();
    return held !== undefined;
  }

  #serve(): void {
    this.withdraw();
    using served = new DisposableStack();
    const owner = this.#owner();
    served.use(addPluginFunctions(owner.id, this.#mounted));
    served.use(this.#board?.post(owner, this.#mounted));
    this.#held = served.move();
  }
}
