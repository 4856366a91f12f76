import { raise } from '../../errors/catalogue.ts';
import { readJson } from '../../language/source/read-json.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { FreeDecision } from './answer-body.ts';

/** A button that was pressed in Slack, for an interaction of ours. */
export interface SlackAnswer extends Pick<FreeDecision, 'decision'> {
  readonly interaction: string;
  readonly approver: string;
  readonly data: unknown;
}

/** `<run id>.<place of the step>`, with or without the decision. */
const ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w.~-]+?)(?::(approve|reject))?$/;

/**
 * What a press says: the interaction's id, with `:approve` or `:reject` behind it, stands in the `value` or the `action_id` of the
 * element; the other of the two may be the bare word. Throws INTERACTION_SLACK_PAYLOAD.
 */
export function readSlackPayload(text: string | undefined): SlackAnswer {
  if (text === undefined) throw wrong('the form has no field `payload`');
  const payload = readJson(text, (cause) => wrong(`it is not JSON (${cause})`));
  if (!isRecord(payload) || !Array.isArray(payload['actions'])) throw wrong('it names no actions');
  const user = isRecord(payload['user']) ? payload['user'] : {};
  for (const action of payload['actions'] as readonly unknown[]) {
    if (!isRecord(action)) continue;
    const texts = candidates(action);
    const match = texts.map((candidate) => ID.exec(candidate)).find((found) => found !== null);
    if (match === undefined || match === null) continue;
    const word = match[2] ?? texts.find((candidate) => candidate === 'approve' || candidate === 'reject');
    return {
      interaction: match[1]!,
      approver: `slack:${textOf(user['id']) ?? 'unknown'}`,
      ...(word !== undefined && { decision: word as 'approve' | 'reject' }),
      data: {
        user: { id: textOf(user['id']) ?? null, name: textOf(user['username']) ?? textOf(user['name']) ?? null },
        action,
      },
    };
  }
  throw wrong('none of its actions carries the id of an interaction');
}

function candidates(action: Readonly<Record<string, unknown>>): readonly string[] {
  const option = isRecord(action['selected_option']) ? action['selected_option']['value'] : undefined;
  return [action['value'], option, action['action_id'], action['block_id']].filter((text) => typeof text === 'string');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
}

function wrong(problem: string) {
  return raise.INTERACTION_SLACK_PAYLOAD({ problem });
}
