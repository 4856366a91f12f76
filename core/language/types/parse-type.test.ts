import { BackplaneError } from '@backplane/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type InputType, SCALAR_KINDS, typeText, withoutNone } from './input-type.ts';
import { parseType } from './parse-type.ts';

function refusal(text: string): BackplaneError {
  try {
    parseType(text);
  } catch (error) {
    if (BackplaneError.is(error)) return error;
    throw error;
  }
  throw new Error(`\`${text}\` was accepted`);
}

test.each([
  ['int', { kind: 'int' }],
  ['Any', { kind: 'any' }],
  [' str|None ', { kind: 'union', members: [{ kind: 'str' }, { kind: 'none' }] }],
  ['list [ str ]', { kind: 'list', item: { kind: 'str' } }],
  ['dict', { kind: 'dict', key: { kind: 'str' }, value: { kind: 'any' } }],
  ['dict[str,list[int]]', { kind: 'dict', key: { kind: 'str' }, value: { kind: 'list', item: { kind: 'int' } } }],
  [`enum["a", 'b\\'c']`, { kind: 'enum', values: ['a', "b'c"] }],
])('%s is read', (text, type) => {
  expect(parseType(text)).toEqual(type);
});

test.each([
  ['strr', 0, 'str'],
  ['Str', 0, 'str'],
  ['string', 0, 'str'],
  ['list[integer]', 5, 'int'],
  ['boolean | None', 0, 'bool'],
  ['array', 0, 'list[any]'],
  ['list', 0, 'list[any]'],
  ['lst[str]', 0, 'list'],
  ['dict[str]', 8, undefined],
  ['', 0, undefined],
  ['str |', 5, undefined],
  ['str str', 4, undefined],
  ['list[str', 8, undefined],
  ['enum[]', 5, undefined],
  ['enum[""]', 5, undefined],
  ['enum["a", "A"]', 10, undefined],
  ['enum[a]', 5, undefined],
  [`enum[${Array.from({ length: 21 }, (_, index) => `"${index}"`).join(', ')}]`, 115, undefined],
  ['$Ticket', 0, undefined],
  ['int?', 3, undefined],
  ['constructor', 0, undefined],
])('%s is refused, with the place and what was meant', (text, offset, didYouMean) => {
  const error = refusal(text);
  expect(error.code).toBe('TYPE_SYNTAX');
  expect(error.facts.details).toEqual({ offset, ...(didYouMean === undefined ? {} : { didYouMean }) });
});

test('a type that is too long or too deep is refused, not followed', () => {
  expect(refusal(`${'list['.repeat(1000)}int${']'.repeat(1000)}`).message).toContain('nested deeper');
  expect(refusal('a'.repeat(20_000)).message).toContain('longer than');
});

test('None can be taken off a type', () => {
  expect(withoutNone(parseType('int | None'))).toEqual({ type: { kind: 'int' }, nullable: true });
  expect(withoutNone(parseType('int | str | None')).type).toEqual(parseType('int | str'));
  expect(withoutNone(parseType('None | None'))).toEqual({ type: { kind: 'none' }, nullable: true });
  expect(withoutNone(parseType('int'))).toEqual({ type: { kind: 'int' }, nullable: false });
});

const { type } = fc.letrec<{ type: InputType; single: InputType }>((tie) => ({
  single: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...SCALAR_KINDS).map((kind) => ({ kind })),
    fc
      .uniqueArray(
        fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[\n\r\t\b\f\v\\]|[^\x20-\x7e]/.test(text)),
        {
          minLength: 1,
          maxLength: 20,
          selector: (text) => text.toLowerCase(),
        },
      )
      .map((values) => ({ kind: 'enum' as const, values })),
    tie('type').map((item) => ({ kind: 'list' as const, item })),
    fc.tuple(tie('type'), tie('type')).map(([key, value]) => ({ kind: 'dict' as const, key, value })),
  ),
  type: fc.oneof(
    { depthSize: 'small' },
    tie('single'),
    fc.array(tie('single'), { minLength: 2, maxLength: 4 }).map((members) => ({ kind: 'union' as const, members })),
  ),
}));

test('every type reads back from its own text', () => {
  fc.assert(
    fc.property(type, (given) => {
      expect(parseType(typeText(given))).toEqual(given);
    }),
  );
});

test('whatever the text, the answer is a type or a coded error', () => {
  const noise = fc.array(
    fc.constantFrom('int', 'list', 'dict', 'enum', '[', ']', ',', '|', '"a"', "'", ' ', '$x', '∞'),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(noise, (words) => {
      try {
        parseType(words.join(''));
      } catch (error) {
        expect(BackplaneError.is(error) && error.code).toBe('TYPE_SYNTAX');
      }
    }),
  );
});
