import { defineExpressionFunction, defineRoute } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { findFunction } from '../../language/functions/function-table.ts';
import { ContributionBoard } from '../contributions/contribution-board.ts';
import { MountedContributions } from './mounted-contributions.ts';

const board = new ContributionBoard();

/** One version that brings a route and a function of the same names as every other version. */
function version(number: string, gives = Number(number)) {
  const access = { scope: 'acme:a' };
  const route = defineRoute({ method: 'GET', path: '/a', title: 'T', summary: 'S', access, handle: () => ({}) });
  const ownNumber = defineExpressionFunction({
    name: 'acme_number',
    summary: 'Its version.',
    parameters: [],
    examples: [{ args: [], gives }],
    call: () => Number(number),
  });
  const mounts = new MountedContributions(board, () => ({
    ...{ id: 'acme', version: number, folder: '/acme', manifest: { id: 'acme', capabilities: {} } as never },
    ...{ ports: {}, log: {} as never, signal: new AbortController().signal },
  }));
  const others = [
    { kind: 'route', name: 'GET /a', value: route },
    { kind: 'expression-function', name: 'acme_number', value: ownNumber },
  ];
  mounts.read({ others } as never);
  return mounts;
}
const serving = () => [
  board.of('route').map(({ owner }) => owner.version),
  findFunction('acme_number')?.call([], {} as never),
];

test('the next version takes the place of the one before, and nothing is left once it goes', () => {
  const [one, two] = [version('1'), version('2')];
  one.replace(undefined, () => {});
  expect(serving()).toEqual([['1'], 1]);
  two.replace(one, () => {});
  expect(serving()).toEqual([['2'], 2]);
  expect([two.withdraw(), two.withdraw()]).toEqual([true, false]);
  expect(serving()).toEqual([[], undefined]);
});

test('when the next version cannot take over, the one before serves as it did', () => {
  const one = version('1');
  one.replace(undefined, () => {});
  expect(() => version('2', 3).replace(one, () => {})).toThrow(
    expect.objectContaining({ code: 'PLUGIN_FUNCTION_EXAMPLE' }),
  );
  expect(serving()).toEqual([['1'], 1]);
  const exchange = () => {
    throw new Error('another has the name');
  };
  expect(() => version('2').replace(one, exchange)).toThrow('another has the name');
  expect(serving()).toEqual([['1'], 1]);
  one.withdraw();
});
