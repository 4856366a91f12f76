import { createAccess } from '../core/access/create-access.ts';
import { noNews } from '../core/access/news/access-news.ts';
import { DEFAULT_ORGANIZATION, DEFAULT_PLACE, DEFAULT_WORKSPACE } from '../core/access/place.ts';
import type { Scope } from '../core/access/scope.ts';
import type { Benchmark } from './benchmark.ts';
import { compare } from './compare.ts';

const LIMIT_MICROS = 2;
const OPERATIONS = 400_000;
const PEOPLE = 1_000;

const row = {
  name: 'ada@example.com',
  status: 'active',
  platformRole: 'basic',
  grants: [
    grant('organization-member', null, null),
    grant('viewer', DEFAULT_WORKSPACE, null),
    grant(null, DEFAULT_WORKSPACE, [
      'run:read',
      'secret:read',
      'action:tools.slack.*:execute',
      'action:core.*:execute',
    ]),
  ],
};

function grant(preset: string | null, workspace: string | null, scopes: readonly string[] | null) {
  return { organization: DEFAULT_ORGANIZATION, workspace, preset, role: 'custom', scopes, group: null };
}

const id = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** One decision on what is known already, for a thousand people in turn: allowed, denied, by a glob over actions, through a key. */
export const accessCan: Benchmark = {
  name: 'access-can',
  mustReach: `at most ${LIMIT_MICROS} µs each`,
  async run() {
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const access = createAccess({ source: { query: async () => [row] } as never, log, openNews: () => noNews });
    const people = Array.from({ length: PEOPLE }, (_, index) => ({
      kind: 'user' as const,
      id: id(index),
      email: row.name,
      platformRole: 'basic' as const,
    }));
    const keyScopes = ['run:read', 'action:tools.*:execute'];
    const keyed = people.map((person) => ({ ...person, key: { id: 'k', name: 'ci', scopes: keyScopes } }));
    for (const person of people) await access.can(person, 'run:read', DEFAULT_PLACE);
    const actions = Array.from({ length: 100 }, (_, index): Scope => `action:tools.slack.post_${index}:execute`);
    let sink: unknown;
    const asking = (who: typeof people, scopeOf: (index: number) => Scope) => ({
      operations: OPERATIONS,
      run() {
        for (let i = 0; i < OPERATIONS; i++) sink = access.can(who[i % PEOPLE]!, scopeOf(i), DEFAULT_PLACE);
      },
    });
    const { allowed, denied, glob, key } = await compare({
      allowed: asking(people, () => 'secret:read'),
      denied: asking(people, () => 'workflow:delete'),
      glob: asking(people, (index) => actions[index % 100]!),
      key: asking(keyed, () => 'run:read'),
    });
    if (sink instanceof Promise) throw new Error('the decision was not known');
    const slowest = Math.max(allowed.wallMicros, denied.wallMicros, glob.wallMicros, key.wallMicros);
    return {
      ratios: { [`the ${LIMIT_MICROS} µs that one may take`]: slowest / LIMIT_MICROS },
      figures: { allowed, denied, glob, key, people: PEOPLE },
      reached: slowest <= LIMIT_MICROS,
    };
  },
};
