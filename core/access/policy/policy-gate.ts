import type { Decision, DecisionQuery, Log } from '@backplane/sdk';
import type { Verdict } from '../access.ts';
import type { Account } from '../access-cache.ts';
import type { Place } from '../place.ts';
import type { Grant } from '../standing.ts';

/** A policy decision point that is asked beside the roles. */
export interface PolicyPoint {
  readonly name: string;
  /** Rejects, or takes too long: nobody may. */
  decide(query: DecisionQuery, signal: AbortSignal): Promise<Decision>;
}

export interface PolicyGateOptions {
  readonly point: PolicyPoint;
  readonly log: Log;
  readonly timeoutMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const LONGEST_CACHE_MS = 300_000;
const MOST_KEPT = 10_000;

/** Asks the policy about what the roles allow already: it only takes away, and what it cannot be asked about is refused. */
export class PolicyGate {
  readonly #options: PolicyGateOptions;
  readonly #now: () => number;
  readonly #kept = new Map<string, { readonly verdict: Verdict; readonly until: number }>();

  constructor(options: PolicyGateOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** What is allowed already, as the policy sees it. */
  ask(actor: Account, scope: string, place: Place, allowed: Verdict, grants: readonly Grant[]) {
    const key = JSON.stringify([actor.id, actor.key?.id, scope, place.organization, place.workspace]);
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > this.#now()) return known.verdict;
    return this.#ask(key, queryOf(actor, scope, place, grants), allowed);
  }

  /** Roles have changed, which the policy sees. */
  forget(): void {
    this.#kept.clear();
  }

  async #ask(key: string, query: DecisionQuery, allowed: Verdict): Promise<Verdict> {
    const { point, log, timeoutMs = 2_000 } = this.#options;
    try {
      const late = AbortSignal.timeout(timeoutMs);
      const aborted = new Promise<never>((_, reject) => {
        late.addEventListener('abort', () => reject(new Error(`no answer within ${timeoutMs} ms`)), { once: true });
      });
      const decision = await Promise.race([point.decide(query, late), aborted]);
      const verdict = verdictOf(point.name, decision, allowed);
      const keepMs = Math.min(LONGEST_CACHE_MS, Number(decision.cacheForMs ?? 0));
      if (keepMs > 0) this.#keep(key, verdict, keepMs);
      return verdict;
    } catch (error) {
      log.warn('A policy decision point did not answer; the request is refused', {
        policy: point.name,
        cause: (error as Error).message,
      });
      return { allowed: false, reason: 'policy-unreachable', why: `the policy ${point.name} gave no valid answer` };
    }
  }

  #keep(key: string, verdict: Verdict, keepMs: number): void {
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(key, { verdict, until: this.#now() + keepMs });
  }
}

function verdictOf(policy: string, { effect, because }: Decision, allowed: Verdict): Verdict {
  if (effect === 'permit') return { ...allowed, why: `${allowed.why}, and the policy ${policy} agrees` };
  if (effect === 'abstain') return allowed;
  if (effect !== 'deny') throw new Error('its effect is none of permit, deny and abstain');
  const why = Array.isArray(because) && because.length > 0 ? because.join('; ') : 'it gives no reason';
  return { allowed: false, reason: 'policy-denied', why: `the policy ${policy} denies it: ${why}` };
}

function queryOf(actor: Account, scope: string, place: Place, grants: readonly Grant[]): DecisionQuery {
  const { kind, id, key } = actor;
  const claims = kind === 'user' ? { email: actor.email, platformRole: actor.platformRole } : { name: actor.name };
  return {
    subject: {
      id,
      kind: key === undefined ? kind : 'api-key',
      roles: [...new Set(grants.map(({ role }) => role))],
      groups: [...new Set(grants.flatMap(({ group }) => group ?? []))],
      claims: { ...claims, ...(key !== undefined && { key: key.name }) },
    },
    action: scope,
    resource: { type: scope.split(':')[0]!, attributes: {} },
    ...(place.organization !== undefined && { organisation: place.organization }),
    ...(place.workspace !== undefined && { workspace: place.workspace }),
    context: {},
  };
}
