import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { InteractionRecord } from '../../executor/interaction-record.ts';
import type { InteractionAnswer } from '../../executor/scheduler/interaction-state.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { Stated } from './speaker.ts';

const name = z.string().trim().min(1).max(200);

const said = {
  comment: z.string().max(2000).optional(),
  data: z.unknown().optional().describe('Whatever belongs to the decision; `approve_if` sees it.'),
};
const groups = z.array(name).max(100).describe('The groups of the approver.');

/** In whose name: the holder of the admin key states it, everybody else answers in their own. */
const statedBy = {
  approver: name.optional().describe('Who decides, if the holder of the admin key speaks for somebody.'),
  groups: groups.optional(),
};

export const decisionBody = z.strictObject({ ...statedBy, ...said });

export const freeDecisionBody = z.strictObject({
  decision: z.enum(['approve', 'reject']).optional().describe('Absent: `approve_if` decides.'),
  ...statedBy,
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

/** In whose name the answer to an approval says that it is given. Throws HTTP_INVALID_REQUEST. */
export function statedIn(body: unknown): Stated {
  const parsed = z
    .object(statedBy)
    .safeParse(isRecord(body) ? { approver: body['approver'], groups: body['groups'] } : {});
  if (parsed.success) return parsed.data;
  throw raise.HTTP_INVALID_REQUEST({
    problems: ['body: expected `approver` to be a name and `groups` a list of names'],
  });
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
  return decisionOf(parsed.data, speaker);
}
