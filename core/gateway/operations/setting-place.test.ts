import { expect, test } from 'vitest';
import { settingPlace } from './setting-place.ts';

const TEXT = `authentication:
  Bearer:
    type: jwt
    secret: short
policies:
  - cors
  - cors:
      origin: '*'
routes:
  - path: /a
    policies: [retry: { retries: 99 }]
  - path: /b
    policies:
      - label: mine
        rate-limit:
          limit: 1
          tiers:
            - name: gold
              limit: x
`;

const texts = [{ name: 'a.yaml', text: TEXT }];

test.each([
  ['of a scheme', [3, 5], ['secret'], [4, 5]],
  ['of a policy of the gateway', [7, 5], ['origin'], [8, 7]],
  ['on one line', [11, 16], ['retries'], [11, 25]],
  ['deep inside', [14, 9], ['tiers', 0, 'limit'], [19, 15]],
  ['that is absent, where those that are there begin', [14, 9], ['period'], [15, 9]],
])('a setting %s is found', (_what, [line, column], setting, [toLine, toColumn]) => {
  const use = { file: 'a.yaml', line: line!, column: column! };
  expect(settingPlace(texts, use, setting)).toEqual({ file: 'a.yaml', line: toLine, column: toColumn });
});

test('what cannot be found stands where the use does', () => {
  const nowhere = { file: 'a.yaml', line: 99, column: 1 };
  const other = { file: 'b.json', line: 7, column: 5 };
  expect(settingPlace(texts, nowhere, ['a'])).toBe(nowhere);
  expect(settingPlace(texts, other, ['a'])).toBe(other);
  expect(settingPlace(texts, { file: 'a.yaml', line: 7, column: 5 }, [])).toMatchObject({ line: 7 });
});
