import type { ActionRegistry } from '../runnable-action.ts';

/** What finding callees takes; a check of many files looks among those files first. */
export type ActionLookup = Pick<ActionRegistry, 'get' | 'suggest'>;
