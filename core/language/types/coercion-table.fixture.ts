import { Float } from '@backplane/sdk';
import { TimeDelta } from '../values/time-delta.ts';

/** Stands where a value must be refused. */
export const REFUSED = Symbol('refused');

const f = (value: number) => new Float(value);
const day = 86_400_000_000;

/** What each type makes of which value. Recorded from pydantic 2.13, `model_dump(mode="json")`. */
// biome-ignore format: a table
export const coercionTable: readonly (readonly [type: string, rows: readonly (readonly [given: unknown, expected: unknown])[]])[] = [
  ['int', [
    ['7', 7], [' 7 ', 7], ['7.0', 7], ['7.00', 7], ['1_000', 1000], ['+7', 7], ['-7', -7], ['007', 7], ['-0', 0],
    ['1_0.0', 10], [f(7), 7], [true, 1], [false, 0], [10n ** 30n, 10n ** 30n], ['9'.repeat(30), 10n ** 30n - 1n],
    [f(1e18), 10n ** 18n], ['9'.repeat(4301), REFUSED], ['7.', REFUSED], ['1__0', REFUSED], ['_1', REFUSED],
    ['- 7', REFUSED], ['7e2', REFUSED], ['', REFUSED], ['0x1', REFUSED], ['.0', REFUSED], ['٧', REFUSED],
    [7.5, REFUSED], [1e30, REFUSED], [Infinity, REFUSED], [Number.NaN, REFUSED], [null, REFUSED], ['x', REFUSED],
    [[], REFUSED], ['7.0_0', REFUSED],
  ]],
  ['str', [['7', '7'], ['', ''], [1, REFUSED], [f(1), REFUSED], [true, REFUSED], [null, REFUSED], [[], REFUSED]]],
  ['bool', [
    ['true', true], ['TRUE', true], ['Yes', true], ['ON', true], ['t', true], ['Y', true], ['1', true], ['0', false],
    ['off', false], ['N', false], ['f', false], ['no', false], ['False', false], [1, true], [0, false], [f(1), true],
    [f(0), false], [false, false], [' true', REFUSED], ['1.0', REFUSED], [2, REFUSED], [f(2), REFUSED],
    ['', REFUSED], [null, REFUSED],
  ]],
  ['float', [
    ['1.5', 1.5], [' 1.5 ', 1.5], ['1_0.5', 10.5], ['1e3', f(1000)], ['inf', Infinity], ['nan', Number.NaN],
    ['-Infinity', -Infinity], ['1', f(1)], ['.5', 0.5], ['5.', f(5)], [true, f(1)], [1, f(1)], [2.5, 2.5],
    [10n ** 30n, f(1e30)], [10n ** 400n, REFUSED], ['1__0', REFUSED], ['', REFUSED], ['.', REFUSED], ['e5', REFUSED],
    ['+', REFUSED], ['0x1', REFUSED], ['1_', REFUSED], ['infinit', REFUSED], ['x', REFUSED], [null, REFUSED],
  ]],
  ['datetime', [
    ['2020-01-01', '2020-01-01T00:00:00'], ['2020-01-01T12:13', '2020-01-01T12:13:00'],
    ['2020-01-01 12:13:14', '2020-01-01T12:13:14'], ['2020-01-01_12:13:14', '2020-01-01T12:13:14'],
    ['2020-01-01t12:13:14z', '2020-01-01T12:13:14Z'], ['2020-01-01T12:13:14.1', '2020-01-01T12:13:14.100000'],
    ['2020-01-01T12:13:14,1', '2020-01-01T12:13:14.100000'],
    ['2020-01-01T12:13:14.123456789', '2020-01-01T12:13:14.123456'],
    ['2020-01-01T12:13:14+0200', '2020-01-01T12:13:14+02:00'],
    ['2020-01-01T12:13:14+02:00', '2020-01-01T12:13:14+02:00'],
    ['2020-01-01T12:13:14-00:00', '2020-01-01T12:13:14Z'],
    ['2020-01-01T12:13:14−02:00', '2020-01-01T12:13:14-02:00'], ['1600000000', '2020-09-13T12:26:40Z'],
    ['+1600000000', '2020-09-13T12:26:40Z'], ['1600000000.', '2020-09-13T12:26:40Z'],
    ['1600000000.5', '2020-09-13T12:26:40.500000Z'], ['20200101', '1970-08-22T19:08:21Z'],
    ['1600000000.123456789', '2020-09-13T12:26:40.123457Z'], [1600000000, '2020-09-13T12:26:40Z'],
    [1600000000.5, '2020-09-13T12:26:40.500000Z'], [1600000000000, '2020-09-13T12:26:40Z'],
    [20000000000, '2603-10-11T11:33:20Z'], [20000000001, '1970-08-20T11:33:20.001000Z'],
    [-1, '1969-12-31T23:59:59Z'], [-1.5, '1969-12-31T23:59:58.500000Z'], [-11676096001, '1599-12-31T23:59:59Z'],
    [253402300800, '1978-01-11T21:31:40.800000Z'], [f(0), '1970-01-01T00:00:00Z'],
    [Temporal.PlainDate.from('2020-01-01'), '2020-01-01T00:00:00'],
    [Temporal.PlainDateTime.from('2020-01-01T01:02:03.000004'), '2020-01-01T01:02:03.000004'],
    [Temporal.ZonedDateTime.from('2020-01-01T00:00[+02:00]'), '2020-01-01T00:00:00+02:00'],
    [Temporal.ZonedDateTime.from('2020-01-01T00:00[UTC]'), '2020-01-01T00:00:00Z'],
    ['2020-01-01T12:13:14+02', REFUSED], ['2020-01-01T12:13:14+24:00', REFUSED], ['2020-01-01T12', REFUSED],
    ['2020-01-01T24:00:00', REFUSED], ['2020-01-01T23:59:60', REFUSED], ['2020-02-30', REFUSED],
    ['2020-13-01', REFUSED], ['0000-01-01', REFUSED], ['2020-1-1', REFUSED], ['x', REFUSED], ['', REFUSED],
    [' 2020-01-01 ', REFUSED], [true, REFUSED], [1e20, REFUSED], [Infinity, REFUSED], ['1e9', REFUSED],
    [null, REFUSED],
  ]],
  ['duration', [
    ['PT1M', 'PT1M'], ['P1Y2M3W4DT5H6M7.5S', 'P1Y85DT5H6M7.5S'], ['P0.5D', 'PT12H'], ['PT0.000005S', 'PT0.000005S'],
    ['-P1D', '-P1D'], ['+P1D', 'P1D'], ['P1DT', 'P1D'], ['PT1.5M', 'PT1M30S'], ['P1M', 'P30D'], ['P1W', 'P7D'],
    ['PT36H', 'P1DT12H'], ['P400D', 'P1Y35D'], [60, 'PT1M'], [60.5, 'PT1M0.5S'], [-30, '-PT30S'],
    [-30.1, '-PT30.1S'], [true, 'PT1S'], ['00:01:00', 'PT1M'], ['01:30', 'PT1H30M'], ['01:30:15.5', 'PT1H30M15.5S'],
    ['1:02:03', 'PT1H2M3S'], ['100:00:00', 'P4DT4H'], ['-00:15:30', '-PT15M30S'],
    ['00:00:01.1234567', 'PT1.123456S'], ['00:00:00', 'PT0S'], ['1 day', 'P1D'], ['1 days', 'P1D'], ['1day', 'P1D'],
    ['1d', 'P1D'], ['1 DAYS', 'P1D'], ['-1 day', '-P1D'], ['1 day, ', 'P1D'], ['2 days, 01:00:00', 'P2DT1H'],
    ['1d01:00:00', 'P1DT1H'], ['1d,01:00:00', 'P1DT1H'], ['1 day 01:00:00', 'P1DT1H'],
    [new TimeDelta(400 * day), 'P1Y35D'], [new TimeDelta(0), 'PT0S'], [new TimeDelta(-1_000_000), '-PT1S'],
    ['P', REFUSED], ['PT', REFUSED], ['p1d', REFUSED], ['PT1H30', REFUSED], ['60', REFUSED], ['60.5', REFUSED],
    ['1:30', REFUSED], ['1 dayx', REFUSED], ['P1.5DT1H', REFUSED], ['00:60:00', REFUSED], ['00:00:60', REFUSED],
    ['1,01:00:00', REFUSED], ['1 01:00:00', REFUSED], ['1 day 1:00', REFUSED], [' PT1M ', REFUSED], ['x', REFUSED],
    ['', REFUSED], [1e20, REFUSED], [null, REFUSED], ['P1DT1H1T', REFUSED], ['P1H', REFUSED],
  ]],
  ['None', [[null, null], [0, REFUSED], ['', REFUSED], [false, REFUSED]]],
  ['any', [
    [null, null], [1, 1], [f(1), f(1)], [10n ** 20n, 10n ** 20n], ['x', 'x'], [[1, { a: null }], [1, { a: null }]],
  ]],
  ['list[int]', [
    [[1, '2', f(3)], [1, 2, 3]], [[], []], ['12', REFUSED], [null, REFUSED], [{ a: 1 }, REFUSED],
    [[1, 'x'], REFUSED],
  ]],
  ['dict[str, int]', [
    [{ a: '1' }, { a: 1 }], [{}, {}], ['{"a":1}', REFUSED], [[], REFUSED], [null, REFUSED], [{ a: 'x' }, REFUSED],
  ]],
  ['dict[int, str]', [[{ ' 7 ': 'b' }, { 7: 'b' }], [{ x: 'c' }, REFUSED]]],
  ['dict[bool, int]', [[{ yes: 1 }, { true: 1 }]]],
  ['dict[float, int]', [[{ '1.5': 1, '1': 2, '1e3': 3 }, { '1.5': 1, '1.0': 2, '1000.0': 3 }]]],
  ['dict[datetime, int]', [[{ '2020-01-01': 1 }, { '2020-01-01T00:00:00': 1 }]]],
  ['dict', [[{ a: 1, b: [f(2)] }, { a: 1, b: [f(2)] }]]],
  ['enum["a", "B"]', [['a', 'a'], ['B', 'B'], ['A', REFUSED], ['', REFUSED], [null, REFUSED]]],
  ['int | str', [['7', '7'], [true, 1], [f(7), 7], [7.5, REFUSED], [null, REFUSED]]],
  ['float | str', [[1, f(1)], ['1', '1'], [true, f(1)]]],
  ['int | float', [['7', 7], ['7.5', 7.5], [f(7), f(7)], [7, 7], [true, 1], ['7.0', 7]]],
  ['bool | int', [[1, 1], ['1', true], [true, true], ['yes', true]]],
  ['int | bool', [['1', 1], [true, true], ['yes', true]]],
  ['int | any', [['7', '7'], [7, 7]]],
  ['list[int] | list[str]', [[['1'], ['1']], [[1], [1]], [[1, 'a'], REFUSED], [[], []]]],
  ['dict[str, int] | dict[str, any]', [[{ a: '1' }, { a: '1' }], [{ a: 1 }, { a: 1 }]]],
  ['list[float] | list[any]', [[['1'], ['1']], [[1], [f(1)]]]],
  ['datetime | str | None', [['2020-01-01', '2020-01-01'], [null, null], [5, '1970-01-01T00:00:05Z']]],
  ['datetime | int', [[5, 5], ['5', '1970-01-01T00:00:05Z']]],
  ['int | datetime', [['5', 5], ['2020-01-01', '2020-01-01T00:00:00']]],
  ['str | None', [[null, null], ['', ''], [1, REFUSED]]],
];
