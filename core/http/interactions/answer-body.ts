import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { InteractionRecord } from '../../executor/interaction-record.ts';
import type { InteractionAnswer } from '../../executor/scheduler/interaction-state.ts';

const name = z.string().trim().min(1).max(200);

const said = {
  comment: z.string().max(2000).optional(),
  data: z.unknown().optional().describe('Whatever belongs to the decision; `approve_if` sees it.'),
};
const groups = z.array(name).max(100).describe('The groups of the approver.');

/** Who says it: until people can sign in, whoever has the admin key states it. */
export const decisionBody = z.strictObject({
  approver: name.default('admin').describe('Who decides.'),
  groups: groups.default([]),
  ...said,
});

export const freeDecisionBody = z.strictObject({
  decision: z.enum(['approve', 'reject']).optional().describe('Absent: `approve_if` decides.'),
  approver: name.optional(),
  groups: groups.optional(),
  ...said,
});

export type FreeDecision = Pick<z.output<typeof freeDecisionBody>, 'comment' | 'data' | 'decision'>;

type Speaker = Pick<InteractionAnswer, 'approver' | 'groups' | 'via' | 'once'>;

export function decisionOf({ comment, data, decision }: FreeDecision, speaker: Speaker): InteractionAnswer {
  return {
    id: randomUUID(),
    ...speaker,
    ...(decision !== undefined && { decision }),
    ...(comment !== undefined && comment !== '' && { comment }),
    ...(data !== undefined && { data }),
  };
}

/** Any JSON answers a `response`; an `approval` wants a decision. Throws HTTP_INVALID_REQUEST. */
export function answerOf(
  { type }: Pick<InteractionRecord, 'type'>,
  body: unknown,
  speaker: Speaker,
): InteractionAnswer {
  if (type === 'response') return { id: randomUUID(), ...speaker, data: body ?? null };
  const parsed = freeDecisionBody.safeParse(body ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${['body', ...path].join('.')}: ${message}`);
    throw raise.HTTP_INVALID_REQUEST({ problems });
  }
  const { approver = speaker.approver, groups = speaker.groups ?? [], ...decision } = parsed.data;
  // A link speaks for the one whom it was made for, whatever the body says.
  return decisionOf(decision, speaker.via === 'link' ? speaker : { ...speaker, approver, groups });
}
