import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SCOPES } from '../scope.ts';
import { scopeSet, unknownScopes } from './scope-set.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '_'), minLength: 1, maxLength: 6 });
const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), minLength: 1, maxLength: 6 });
const scope = fc.oneof(
  fc.constantFrom(...Object.keys(SCOPES)),
  name.map((text) => `action:${text}:execute`),
);
const pattern = fc.oneof(
  fc.constantFrom(...Object.keys(SCOPES), 'secret:*', 'workflow:*', '*', '*:read', 'acme:*'),
  glob.map((text) => `action:${text}:execute`),
);

test('what one set says it holds of another, it allows', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 4 }),
      fc.array(pattern, { maxLength: 4 }),
      scope,
      (wide, narrow, asked) => {
        const [held, other] = [scopeSet(wide), scopeSet(narrow)];
        return held.missing(other) !== undefined || !other.has(asked) || held.has(asked);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a glob matches as a plain regular expression would', () => {
  fc.assert(
    fc.property(glob, name, (stars, text) => {
      const expected = new RegExp(`^${stars.split('*').map(RegExp.escape).join('.*')}$`).test(text);
      return scopeSet([`action:${stars}:execute`]).has(`action:${text}:execute`) === expected;
    }),
    { numRuns: 2_000 },
  );
});

test('stars of actions never reach scopes of the host, and `resource:*` stays with its resource', () => {
  expect(scopeSet(['*:*', 'action:*:execute']).has('user:manage')).toBe(false);
  const secrets = scopeSet(['secret:*']);
  expect(['secret:read', 'secret:delete', 'run:read', 'secret:x:read'].map((asked) => secrets.has(asked))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a role is made of known scopes, globs over actions and scopes of plugins', () => {
  const good = ['*', 'run:read', 'secret:*', 'action:tools.*:execute', 'acme:tickets:read', 'acme:*', '*:read'];
  expect(unknownScopes(good)).toEqual([]);
  const bad = ['run:fly', 'run:fly:away', 'action:x', 'action:A B:execute', '', 'acme', 'run:*read'];
  expect(unknownScopes(bad)).toEqual(bad);
});
