import { createHmac } from 'node:crypto';
import { type Http, type Note, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import type { RunStatus } from '../engine.ts';
import { type Message, noteOf } from './note-of-run.ts';
import type { EndedRunNews, OutboxConsumer } from './outbox-consumer.ts';

/** One entry of `notifications` in the configuration. */
export interface NotificationSettings {
  /** Tells it apart from others; the URL if absent. */
  readonly name?: string | undefined;
  readonly on: readonly Exclude<RunStatus, 'running'>[];
  /** Ids or aliases, `*` stands for any text. */
  readonly workflows: readonly string[];
  /** An address, or a notifier of a plugin: one of the two. */
  readonly url?: string | undefined;
  readonly notifier?: string | undefined;
  /** Of the notifier. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly secret?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly include: readonly 'result'[];
  readonly maxAttempts: number;
  readonly timeoutSeconds: number;
}

export interface NotificationPorts {
  readonly http: Http;
  /** Resolves once the notifier's other side has taken the note. Rejects when it is to be tried again. */
  notify(
    use: { readonly notifier: string; readonly config: Readonly<Record<string, unknown>> },
    note: Note,
    signal: AbortSignal,
  ): Promise<void>;
  /** The alias of a workflow, if it still exists. */
  aliasOf(workflow: string, workspace: string): Promise<string | undefined>;
}

/** What a stored notice says of its run; one of an older host names no workspace. */
type NoticedRun = Pick<EndedRunNews, 'workflow'> & Partial<Pick<EndedRunNews, 'workspace'>>;

/** Of the answer, which nobody reads. */
const MOST_ANSWER_BYTES = 65_536;
const KNOWN_ALIASES = 5_000;

/** The name that a notification keeps over restarts. */
export function notificationName({
  name,
  url,
  notifier,
}: Pick<NotificationSettings, 'name' | 'url' | 'notifier'>): string {
  return name ?? url ?? notifier ?? '';
}

/** Tells an address (signed) or the notifier of a plugin of the ends of runs. */
export function createNotification(settings: NotificationSettings, ports: NotificationPorts): OutboxConsumer {
  const { on, workflows, url, notifier, config = {}, secret, headers, include, maxAttempts } = settings;
  const timeoutMs = settings.timeoutSeconds * 1_000;
  const wanted = new RegExp(`^(?:${workflows.map(pattern).join('|')})$`);
  const isForAll = workflows.includes('*');
  const matches = new Map<string, boolean>();
  const isWanted = async ({ workflow, workspace = DEFAULT_WORKSPACE }: NoticedRun) => {
    const alias = await ports.aliasOf(workflow, workspace);
    const matched = wanted.test(workflow) || (alias !== undefined && wanted.test(alias));
    if (matches.size > KNOWN_ALIASES) matches.clear();
    matches.set(workflow, matched);
    return matched;
  };
  return {
    name: `notification ${notificationName(settings)}`,
    maxAttempts,
    timeoutMs,
    noticeOf(run, id) {
      if (!on.includes(run.status as (typeof on)[number])) return undefined;
      // The alias is looked up when there is time: until it is known, what may be wanted is kept, and decided on delivery.
      if (!isForAll && matches.get(run.workflow) === false) return undefined;
      return stringifyJson(messageOf(run, id, include.includes('result')));
    },
    async deliver({ id, body }, signal) {
      const message = JSON.parse(body) as Message;
      const { workflow, workspace = DEFAULT_WORKSPACE } = message.run as NoticedRun;
      if (!isForAll && !(await isWanted({ workflow, workspace }))) return false;
      if (notifier === undefined) await post(id, message.type, body, signal);
      else {
        const note = noteOf(message, await ports.aliasOf(workflow, workspace));
        await ports.notify({ notifier, config }, note, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      }
      return true;
    },
  };

  async function post(id: string, type: string, body: string, signal: AbortSignal): Promise<void> {
    const reply = await ports.http.send({
      url: url!,
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'backplane-event': type,
        'backplane-delivery': id,
        ...(secret !== undefined && { 'backplane-signature': signature(secret, body) }),
      },
      body,
      timeoutMs,
      maxResponseBytes: MOST_ANSWER_BYTES,
      signal,
    });
    if (reply.status < 200 || reply.status > 299) throw raise.NOTIFICATION_REFUSED({ status: reply.status });
  }
}

function messageOf({ result, ...run }: EndedRunNews, id: string, withResult: boolean) {
  return { id, type: `run.${run.status}`, run, ...(withResult && { result: result ?? null }) };
}

/** As receivers check it: HMAC-SHA-256 over time and body. The time keeps old messages from being played again. */
function signature(secret: string, body: string): string {
  const time = Math.floor(Date.now() / 1_000);
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}

function pattern(text: string): string {
  return text.split('*').map(RegExp.escape).join('.*');
}
