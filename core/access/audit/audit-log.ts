import type { Actor } from '../actor.ts';
import type { Place } from '../place.ts';

/** Somebody did something, or was kept from it. Never holds a secret, a token or a body. */
export interface AuditEntry {
  readonly actor: Actor | undefined;
  /** `workflow.update`, `session.create`, `access.denied` … */
  readonly action: string;
  readonly outcome: 'done' | 'denied' | 'failed';
  readonly place?: Place;
  readonly resource?: { readonly type: string; readonly id?: string };
  readonly details?: Readonly<Record<string, unknown>>;
  readonly address?: string;
  readonly correlationId?: string;
  /** Nothing came of it, and it may come over and over: repetitions are counted. Denials always are. */
  readonly isNoise?: boolean;
}

export interface AuditLog {
  /** Resolves once the entry is stored for good. */
  add(entry: AuditEntry): Promise<void>;
}
