import { raise } from '../../errors/catalogue.ts';
import type { ProviderAt } from './provider-at.ts';

/** What a token endpoint gave. */
export interface TokenAnswer {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Epoch milliseconds; absent: nobody said, and it is taken to last. */
  readonly expiresAt?: number;
  /** As far as the provider said; absent: what was asked for. */
  readonly scopes?: readonly string[];
  /** Members of the answer beside the token that addresses may need, such as `instance_url`. */
  readonly extras: Readonly<Record<string, string>>;
}

const LONGEST_TOKEN = 16_384;
/** Kept of what else the answer says: where the account's own addresses are. */
const EXTRAS = ['instance_url', 'api_domain', 'id', 'team', 'workspace_id', 'bot_id'];

/** Throws CONNECTION_ANSWER_INVALID. */
export function readTokenAnswer(
  { spec }: ProviderAt,
  answer: Readonly<Record<string, unknown>>,
  now: number,
): TokenAnswer {
  const provider = spec.name;
  const held = memberAt(answer, spec.tokens?.at);
  if (held === undefined) throw raise.CONNECTION_ANSWER_INVALID({ provider, problem: 'it has no tokens in it' });
  const accessToken = held['access_token'];
  if (!isToken(accessToken)) throw raise.CONNECTION_ANSWER_INVALID({ provider, problem: '`access_token` is missing' });
  const type = held['token_type'];
  if (typeof type === 'string' && /^(mac|dpop|pop)$/i.test(type))
    throw raise.CONNECTION_ANSWER_INVALID({ provider, problem: `tokens of the type ${type} are not supported` });
  const refreshToken = held['refresh_token'];
  const lifeMs = lifetime(held['expires_in']) ?? spec.tokens?.lifetimeMs;
  const scopes = scopesIn(held['scope']);
  return {
    accessToken,
    ...(isToken(refreshToken) && { refreshToken }),
    ...(lifeMs !== undefined && { expiresAt: now + lifeMs }),
    ...(scopes !== undefined && { scopes }),
    extras: Object.fromEntries(
      EXTRAS.flatMap((name) => (typeof answer[name] === 'string' ? [[name, answer[name] as string]] : [])),
    ),
  };
}

function memberAt(
  answer: Readonly<Record<string, unknown>>,
  path: string | undefined,
): Readonly<Record<string, unknown>> | undefined {
  let held: unknown = answer;
  for (const name of path?.split('.') ?? []) {
    if (typeof held !== 'object' || held === null || !Object.hasOwn(held, name)) return undefined;
    held = (held as Record<string, unknown>)[name];
  }
  return typeof held === 'object' && held !== null ? (held as Record<string, unknown>) : undefined;
}

/** One line of what may stand in a header. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TOKEN && /^[\x21-\x7e]+$/.test(value);
}

/** Seconds, which some write as text. */
function lifetime(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

/** Providers separate them by spaces or commas whatever they are asked with. */
function scopesIn(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return undefined;
  return value.split(/[\s,]+/).filter((scope) => scope !== '');
}
