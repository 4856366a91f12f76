import type { Log } from '@backplane/sdk';
import type { Manifest } from '../manifest/manifest-schema.ts';
import type { HostPorts } from '../ports/host-ports.ts';
import type { MountedContribution } from './read-mounted.ts';
import type { Mounted, MountedKind } from './shapes.ts';

/** Whose contribution it is. */
export interface MountOwner {
  readonly id: string;
  readonly version: string;
  /** Real folder with the plugin's files. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly ports: HostPorts;
  readonly log: Log;
  /** Aborts when the plugin stops. */
  readonly signal: AbortSignal;
}

export interface Posted<K extends MountedKind> {
  readonly owner: MountOwner;
  readonly contribution: Mounted[K];
}

/**
 * What active plugins bring to the host right now, besides actions. Whoever serves it looks here at the moment of use, so that a plugin
 * that stops is gone without a restart.
 */
export class ContributionBoard {
  readonly #posted = new Map<MountedKind, Set<Posted<any>>>();
  readonly #listeners = new Set<() => void>();
  #revision = 0;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  of<K extends MountedKind>(kind: K): readonly Posted<K>[] {
    return [...(this.#posted.get(kind) ?? [])];
  }

  /** All of them or none; disposing takes them away. */
  post(owner: MountOwner, contributions: readonly MountedContribution[]): Disposable {
    const added = contributions.map(({ kind, value }) => {
      const entry = { owner, contribution: value };
      const all = this.#posted.get(kind) ?? new Set();
      this.#posted.set(kind, all.add(entry));
      return () => all.delete(entry);
    });
    if (added.length > 0) this.#changed();
    return {
      [Symbol.dispose]: () => {
        const gone = added.splice(0);
        for (const remove of gone) remove();
        if (gone.length > 0) this.#changed();
      },
    };
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  #changed(): void {
    this.#revision += 1;
    for (const listener of this.#listeners) listener();
  }
}
