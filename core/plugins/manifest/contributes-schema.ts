import type { ContributionKind } from '@backplane/sdk';
import { type ContributionIndex, INDEX_KEYS, NAME_RULES } from '@backplane/sdk/host';
import { z } from 'zod';
import { insidePath } from './inside-path.ts';

const nameOf = (kind: ContributionKind) =>
  z.string().regex(NAME_RULES[kind].pattern, `expected ${NAME_RULES[kind].expected}`);
const dotted = nameOf('action');

const kinds = Object.entries(INDEX_KEYS) as [ContributionKind, string][];
const lists = kinds
  .filter(([kind]) => kind !== 'template')
  .map(([kind, key]) => [key, z.array(nameOf(kind)).default([])] as const);

/** `contributes` of a manifest: what the code contributes, by name, so that it need not run to be known. Written by tools, not by hand. */
export const contributesSchema = z
  .strictObject({
    ...Object.fromEntries(lists),
    templates: z.record(dotted, insidePath).default({}).describe('Name of a template → its file.'),
    aliases: z
      .record(dotted, dotted)
      .default({})
      .describe('Former and alternative names of actions and triggers: alias → name.'),
    methods: z.array(z.string().min(1)).default([]).describe('What other plugins may call.'),
  })
  .prefault({}) as unknown as z.ZodType<ContributionIndex, Partial<ContributionIndex> | undefined>;
