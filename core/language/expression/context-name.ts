import type { Reference } from '../template/template.ts';

/** Every context, in the order in which messages list them. */
export const CONTEXT_NAMES: readonly Reference['context'][] = [
  'inputs',
  'steps',
  'ACTIONS',
  'TRIGGER',
  'INPUTS',
  'SECRETS',
  'VARS',
  'ENV',
  'var',
  'interaction',
];
