import type { Decision } from '@backplane/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../storage/silent-log.fixture.ts';
import type { UserActor } from './actor.ts';
import { type AccessOptions, createAccess } from './create-access.ts';
import type { AccessNewsListener } from './news/access-news.ts';
import { DEFAULT_ORGANIZATION, DEFAULT_PLACE, DEFAULT_WORKSPACE } from './place.ts';
import { SCOPES, type Scope } from './scope.ts';

const ID = '00000000-0000-4000-8000-00000000000a';
const ada: UserActor = { kind: 'user', id: ID, email: 'ada@example.com', platformRole: 'basic' };
const grant = (preset: string | null, more: object = {}) => ({
  organization: DEFAULT_ORGANIZATION,
  workspace: DEFAULT_WORKSPACE,
  preset,
  role: null,
  scopes: null,
  group: null,
  ...more,
});

/** Decisions on a database that answers with these grants and counts how often it was asked. */
function decisions({
  grants = [grant('editor')] as object[],
  ...given
}: Partial<AccessOptions> & { grants?: object[] } = {}) {
  const row = { name: ada.email, status: 'active', platformRole: 'basic', grants };
  const state = { row: row as typeof row | undefined, looks: 0, live: true, told: [] as string[] };
  let listener: AccessNewsListener | undefined;
  const access = createAccess({
    source: {
      query: async () => {
        state.looks += 1;
        return state.row === undefined ? [] : [state.row];
      },
    } as never,
    log: silentLog,
    openNews(given) {
      listener = given;
      return {
        get live() {
          return state.live;
        },
        publish: async (subject) => void state.told.push(subject),
        [Symbol.asyncDispose]: async () => {},
      };
    },
    ...given,
  });
  return { access, state, news: () => listener! };
}

describe('what is known', () => {
  test('is answered at once, without asking the database again', async () => {
    const { access, state } = decisions();
    expect(await access.can(ada, 'secret:read', DEFAULT_PLACE)).toMatchObject({ allowed: true, reason: 'role' });
    expect(access.can(ada, 'workflow:delete', DEFAULT_PLACE)).toEqual({
      allowed: false,
      reason: 'no-role-with-scope',
      why: 'role editor in the workspace does not give it',
    });
    expect(state.looks).toBe(1);
  });

  test('is forgotten with a change here, with news from others, and after five minutes', async () => {
    let now = 0;
    const { access, state, news } = decisions({ now: () => now });
    const look = async () => {
      await access.can(ada, 'secret:read', DEFAULT_PLACE);
      return state.looks;
    };
    expect(await look()).toBe(1);
    await access.changed(ID);
    expect(await look()).toBe(2);
    expect(state.told).toEqual([ID]);
    news().onChange('*');
    expect(await look()).toBe(3);
    news().onChange('somebody-else');
    now = 299_999;
    expect(await look()).toBe(3);
    now = 300_001;
    expect(await look()).toBe(4);
  });

  test('is nothing while news do not come through', async () => {
    const { access, state } = decisions();
    state.live = false;
    for (const looks of [1, 2]) {
      await access.can(ada, 'secret:read', DEFAULT_PLACE);
      expect(state.looks).toBe(looks);
    }
  });

  test('what was looked up before a change is not kept, and whoever asks after it does not get it', async () => {
    const { access, state } = decisions();
    const before = access.can(ada, 'secret:read', DEFAULT_PLACE);
    void access.changed(ID);
    state.row = { ...state.row!, status: 'disabled' };
    const after = access.can(ada, 'secret:read', DEFAULT_PLACE);
    await before;
    expect(await after).toMatchObject({ allowed: false, reason: 'disabled' });
    expect(await access.can(ada, 'secret:read', DEFAULT_PLACE)).toMatchObject({ reason: 'disabled' });
  });
});

describe('who may', () => {
  test('the host itself, and an admin of it everywhere, but not beyond a key', async () => {
    const { access, state } = decisions({ grants: [] });
    state.row = { ...state.row!, platformRole: 'admin' };
    expect(await access.can({ kind: 'host', name: 'x' }, 'user:manage', {})).toMatchObject({ reason: 'host' });
    expect(await access.can(ada, 'user:manage', {})).toMatchObject({ allowed: true, reason: 'platform-admin' });
    const keyed = { ...ada, key: { id: 'k', name: 'ci', scopes: ['run:read'] } };
    expect(await access.can(keyed, 'user:manage', {})).toMatchObject({ reason: 'key-too-narrow' });
  });

  test('the role of the database counts, not what a session remembers', async () => {
    const { access } = decisions({ grants: [] });
    const verdict = await access.can({ ...ada, platformRole: 'admin' }, 'run:read', DEFAULT_PLACE);
    expect(verdict).toMatchObject({ allowed: false, reason: 'not-a-member' });
  });

  test('nobody without an account, nobody who is disabled', async () => {
    const { access, state } = decisions();
    state.row = undefined;
    expect(await access.can(ada, 'run:read', DEFAULT_PLACE)).toMatchObject({ reason: 'disabled' });
  });

  test('a role in the organisation holds in its workspaces, one in a workspace not in the organisation', async () => {
    const { access } = decisions({ grants: [grant('viewer', { workspace: null })] });
    expect(await access.can(ada, 'run:read', DEFAULT_PLACE)).toMatchObject({ allowed: true });
    expect(await access.can(ada, 'run:read', { organization: 'other', workspace: DEFAULT_WORKSPACE })).toMatchObject({
      reason: 'not-a-member',
    });
    const inside = decisions({ grants: [grant('owner')] });
    expect(await inside.access.can(ada, 'workspace:read', { organization: DEFAULT_ORGANIZATION })).toMatchObject({
      allowed: false,
    });
  });

  test('a key of another workspace opens nothing here', async () => {
    const { access } = decisions();
    const keyed = { ...ada, key: { id: 'k', name: 'ci', workspace: 'another' } };
    expect(await access.can(keyed, 'run:read', DEFAULT_PLACE)).toMatchObject({ reason: 'key-elsewhere' });
  });

  test('narrower scopes never give a wider verdict', async () => {
    const scopes = fc.subarray([...Object.keys(SCOPES), 'action:tools.*:execute', 'secret:*', '*']);
    const asked = fc.constantFrom(...(Object.keys(SCOPES) as Scope[]), 'action:tools.slack.post:execute' as const);
    await fc.assert(
      fc.asyncProperty(scopes, scopes, asked, async (role, key, scope) => {
        const given = { grants: [grant(null, { role: 'custom', scopes: role })] };
        const plain = await decisions(given).access.can(ada, scope, DEFAULT_PLACE);
        const keyed = { ...ada, key: { id: 'k', name: 'ci', scopes: key } };
        const narrowed = await decisions(given).access.can(keyed, scope, DEFAULT_PLACE);
        return plain.allowed || !narrowed.allowed;
      }),
      { numRuns: 300 },
    );
  });
});

describe('a policy', () => {
  const asking = (decide: (signal: AbortSignal) => Promise<Decision>) => {
    let asked = 0;
    const point = {
      name: 'opa',
      decide: (_query: unknown, signal: AbortSignal) => {
        asked += 1;
        return decide(signal);
      },
    };
    return { ...decisions({ policy: point }), asked: () => asked };
  };

  test('takes away what roles allow, with its reason, and gives nothing that they do not', async () => {
    const no = asking(async () => ({ effect: 'deny', because: ['it is night'] }));
    expect(await no.access.can(ada, 'secret:read', DEFAULT_PLACE)).toEqual({
      allowed: false,
      reason: 'policy-denied',
      why: 'the policy opa denies it: it is night',
    });
    const yes = asking(async () => ({ effect: 'permit', because: [] }));
    expect(await yes.access.can(ada, 'workflow:delete', DEFAULT_PLACE)).toMatchObject({ allowed: false });
    expect(yes.asked()).toBe(0);
    expect(await yes.access.can(ada, 'secret:read', DEFAULT_PLACE)).toMatchObject({ allowed: true });
  });

  test('refuses when it fails, when it answers nonsense, and when it is late', async () => {
    const broken = [
      asking(() => Promise.reject(new Error('away'))),
      asking(async () => ({ effect: 'maybe' }) as never),
      asking(async () => undefined as never),
    ];
    for (const { access } of broken)
      expect(await access.can(ada, 'secret:read', DEFAULT_PLACE)).toMatchObject({ reason: 'policy-unreachable' });
    const late = asking((signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)));
    expect(await late.access.can(ada, 'secret:read', DEFAULT_PLACE)).toMatchObject({ reason: 'policy-unreachable' });
  });

  test('is asked again unless it says how long its answer holds, and at once when rights change', async () => {
    const fresh = asking(async () => ({ effect: 'abstain', because: [] }));
    for (const times of [1, 2]) {
      await fresh.access.can(ada, 'secret:read', DEFAULT_PLACE);
      expect(fresh.asked()).toBe(times);
    }
    const kept = asking(async () => ({ effect: 'abstain', because: [], cacheForMs: 60_000 }));
    for (const times of [1, 1]) {
      await kept.access.can(ada, 'secret:read', DEFAULT_PLACE);
      expect(kept.asked()).toBe(times);
    }
    await kept.access.changed(ID);
    await kept.access.can(ada, 'secret:read', DEFAULT_PLACE);
    expect(kept.asked()).toBe(2);
  });
});
