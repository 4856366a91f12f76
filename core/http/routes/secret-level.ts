import { z } from 'zod';
import { DEFAULT_ENVIRONMENT, type SecretPlace, type SecretRef } from '../../secrets/secret-place.ts';
import type { Caller } from '../caller.ts';

/** Whose secrets and variables an address is about: those of a workspace, or those that the organisation shares with all of them. */
export interface SecretLevel {
  /** Before `/secrets` and `/variables`. */
  readonly prefix: '' | '/organization';
  readonly in: 'workspace' | 'organization';
  /** Ends a summary. */
  readonly words: string;
}

export const SECRET_LEVELS: readonly SecretLevel[] = [
  { prefix: '', in: 'workspace', words: '' },
  { prefix: '/organization', in: 'organization', words: ' of the organisation' },
];

export function placeAt(level: SecretLevel, { place }: Caller): SecretPlace {
  return level.in === 'workspace' ? place : { organization: place.organization };
}

export const environmentQuery = {
  environment: z.string().max(100).default(DEFAULT_ENVIRONMENT).describe('Of several of one name, that of this one.'),
};
export const named = z.object({ name: z.string().max(200) });

export function refAt(
  level: SecretLevel,
  caller: Caller,
  asked: { readonly name: string; readonly environment: string },
): SecretRef {
  return { ...placeAt(level, caller), name: asked.name, environment: asked.environment };
}
