import { expect, test } from 'vitest';
import { positionInFolder } from './position-in-folder.ts';

const at = (stack: string) => positionInFolder('/srv/my plugins/acme', { stack });

test.each([
  [
    'Error: x\n    at act (file:///srv/my%20plugins/acme/lib/index.ts:7:13)',
    { file: '/srv/my plugins/acme/lib/index.ts', line: 7, column: 13 },
  ],
  [
    '/srv/my plugins/acme/index.ts:3\nconst = 2;\nSyntaxError: x',
    { file: '/srv/my plugins/acme/index.ts', line: 3, column: 1 },
  ],
  [
    'Error: x\n    at file:///srv/other/index.ts:1:1\n    at file:///srv/my%20plugins/acme/a.ts:2:5',
    { file: '/srv/my plugins/acme/a.ts', line: 2, column: 5 },
  ],
])('the first place in the folder is found', (stack, position) => {
  expect(at(stack)).toEqual(position);
});

test('a stack that leads elsewhere, or that cannot be read, has no place', () => {
  expect(at('Error: x\n    at file:///srv/my%20plugins/acme-two/index.ts:1:1')).toBeUndefined();
  expect(positionInFolder('/srv', null)).toBeUndefined();
  expect(
    positionInFolder('/srv', {
      get stack(): string {
        throw new Error('no');
      },
    }),
  ).toBeUndefined();
});
