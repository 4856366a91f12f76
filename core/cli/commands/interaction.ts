import type { InteractionRecord } from '../../executor/interaction-record.ts';
import { type ApiAddress, createApiClient } from '../api-client.ts';
import { jsonArgument } from '../argument.ts';
import { printJson } from '../output.ts';

interface OnHost extends ApiAddress {
  readonly json?: boolean;
}

interface ListOptions extends OnHost {
  readonly status?: string;
  readonly workflow?: string;
  readonly group?: string;
}

interface DecideOptions extends OnHost {
  readonly as?: string;
  readonly group?: readonly string[];
  readonly comment?: string;
  readonly payload?: string;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const path = (id: string, rest = '') => `/interactions/${encodeURIComponent(id)}${rest}`;

/** `backplane interaction list`: what steps ask people, newest first. */
export async function listInteractions(options: ListOptions): Promise<void> {
  const { status = 'open', workflow, group } = options;
  const query = { ...(status !== 'all' && { status }), workflow, approver_group: group, limit: 200 };
  const client = createApiClient(options);
  const items: InteractionRecord[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await client.send('GET', '/interactions', { query: { ...query, cursor } });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  if (options.json) return printJson({ items });
  if (items.length === 0) say(status === 'open' ? 'Nothing waits for people.' : 'There are no interactions.');
  for (const { id, type, status: now, deadline, message, decisions, requiredApprovers } of items) {
    const approvals =
      type === 'approval' ? `  ${decisions.filter(({ counts }) => counts).length}/${requiredApprovers}` : '';
    const until = now === 'open' && deadline !== undefined ? `  until ${deadline}` : '';
    say(`${id}  ${type}  ${now}${approvals}${until}${message === undefined ? '' : `  ${oneLine(message)}`}`);
  }
}

/** `backplane interaction show ID`. */
export async function showInteraction(id: string, options: OnHost): Promise<void> {
  printJson(await createApiClient(options).send('GET', path(id)));
}

/** `backplane interaction approve ID` and `reject ID`. */
export async function decide(decision: 'approve' | 'reject', id: string, options: DecideOptions): Promise<void> {
  const { as: approver, group: groups, comment, payload } = options;
  const data = payload === undefined ? {} : { data: jsonArgument(payload, 'payload') };
  const body = { ...(approver !== undefined && { approver }), groups, comment, ...data };
  print(await createApiClient(options).send('POST', path(id, `/${decision}`), { body: defined(body) }), options);
}

/** `backplane interaction respond ID JSON`. */
export async function respond(id: string, answer: string, options: OnHost & { readonly as?: string }): Promise<void> {
  const body = jsonArgument(answer, 'answer');
  const query = options.as === undefined ? {} : { approver: options.as };
  print(await createApiClient(options).send('POST', path(id, '/respond'), { body, query }), options);
}

function print(interaction: InteractionRecord, { json }: OnHost): void {
  if (json) {
    printJson(interaction);
    return;
  }
  const { id, status, decisions, requiredApprovers } = interaction;
  const left = requiredApprovers - decisions.filter(({ counts }) => counts).length;
  say(`${id} is ${status}${status === 'open' ? `: it waits for ${left} more approval${left === 1 ? '' : 's'}` : ''}.`);
}

/** Whatever a workflow writes there must not steer the terminal. */
function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}

function defined(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
