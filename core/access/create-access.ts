import type { Log } from '@backplane/sdk';
import type { DataSource } from 'typeorm';
import { withCodedFailures } from '../storage/coded-failures.ts';
import type { Access, Verdict } from './access.ts';
import { AccessCache, type Account, at } from './access-cache.ts';
import type { Actor } from './actor.ts';
import { verdictOfKey, verdictOfNobody, verdictOfRoles } from './decide.ts';
import { loadStanding } from './load-standing.ts';
import { type AccessNews, type AccessNewsListener, EVERYBODY } from './news/access-news.ts';
import type { Place } from './place.ts';
import { PolicyGate, type PolicyPoint } from './policy/policy-gate.ts';
import { type ScopeSet, scopeSet } from './roles/scope-set.ts';
import type { Grant, Standing } from './standing.ts';

/** The decisions of a host, and what they stand on. */
export interface Decisions extends Access, AsyncDisposable {
  /** What an account may do, from the cache or the database; undefined: there is none. */
  standingOf(account: Pick<Account, 'kind' | 'id'>): Promise<Standing | undefined>;
  /** What the actor may not of these scopes in the place, roles and key together; undefined: all of it is theirs. */
  lacks(actor: Actor, scopes: ScopeSet, place: Place): Promise<string | undefined>;
  /** After every change of somebody's rights: from here on this host and all others decide anew. */
  changed(subject?: string): Promise<void>;
  /** The name of the policy that is asked as well. */
  readonly policy?: string;
}

export interface AccessOptions {
  readonly source: Pick<DataSource, 'query'>;
  readonly log: Log;
  /** How hosts tell each other of changes. */
  openNews(listener: AccessNewsListener): AccessNews;
  readonly policy?: PolicyPoint;
  readonly now?: () => number;
}

/** The one place that decides who may do what: roles first, then the key by which somebody came, then the policy. */
export function createAccess({ source, log, openNews, policy, now }: AccessOptions): Decisions {
  const gate = policy && new PolicyGate({ point: policy, log, ...(now && { now }) });
  const forget = (subject: string) => {
    cache.forget(subject);
    gate?.forget();
  };
  const { load } = withCodedFailures({
    load: (kind: 'user' | 'service', id: string) => loadStanding(source, kind, id),
  });
  const cache = new AccessCache({ load, isLive: () => news.live, ...(now && { now }) });
  const news = openNews({ onChange: forget, onGap: () => forget(EVERYBODY) });

  const decide = (actor: Account, entry: EntryOf, scope: string, place: Place): Verdict | Promise<Verdict> => {
    if (!hasStanding(entry)) return verdictOfNobody(actor);
    const here = at(entry, place);
    const byRoles = verdictOfRoles(here, scope);
    if (!byRoles.allowed) return byRoles;
    const byKey = actor.key && verdictOfKey(actor.key, scope, place);
    return byKey ?? gate?.ask(actor, scope, place, byRoles, here.grants) ?? byRoles;
  };

  return {
    can(actor, scope, place) {
      if (actor.kind === 'host') return HOST;
      const known = cache.known(actor);
      return known === undefined
        ? cache.find(actor).then((entry) => decide(actor, entry, scope, place))
        : decide(actor, known, scope, place);
    },
    async standingOf(account) {
      return (cache.known(account) ?? (await cache.find(account))).standing;
    },
    async lacks(actor, scopes, place) {
      if (actor.kind === 'host') return undefined;
      const entry = cache.known(actor) ?? (await cache.find(actor));
      if (!hasStanding(entry) || !entry.standing.active) return [...scopes.exact, ...scopes.globs][0];
      const { standing, grants } = at(entry, place);
      const roles = standing.platformRole === 'admin' ? ALL : unionOf(grants);
      return roles.missing(scopes) ?? (actor.key && missingInKey(actor.key, scopes, place));
    },
    async changed(subject = EVERYBODY) {
      forget(subject);
      await news.publish(subject);
    },
    ...(policy && { policy: policy.name }),
    [Symbol.asyncDispose]: () => news[Symbol.asyncDispose](),
  };
}

type EntryOf = Awaited<ReturnType<AccessCache['find']>>;

const HOST: Verdict = { allowed: true, reason: 'host', why: 'the host itself may do everything' };
const ALL = scopeSet(['*']);

function hasStanding(entry: EntryOf): entry is EntryOf & { readonly standing: Standing } {
  return entry.standing !== undefined;
}

function unionOf(grants: readonly Grant[]): ScopeSet {
  return scopeSet(grants.flatMap(({ scopes }) => [...scopes.exact, ...scopes.globs]));
}

function missingInKey(key: NonNullable<Account['key']>, scopes: ScopeSet, place: Place): string | undefined {
  const first = [...scopes.exact, ...scopes.globs][0];
  if (key.workspace !== undefined && key.workspace !== place.workspace) return first;
  return key.scopes === undefined ? undefined : scopeSet(key.scopes).missing(scopes);
}
