import { expect, test } from 'vitest';
import { indexTemplate } from './template-index.ts';

const file = (definition: string, head = 'type: action\n') => `${head}definition:\n${definition}`;

test.each([
  ['plain', file('  title: x\n  namespace: tools.a\n  name: b\n')],
  ['quoted, commented, with windows line ends', file('  # c\r\n  namespace: "tools.a" # x\r\n  name: \'b\'\r\n')],
  [
    'deeper indented, after a block of text',
    file('    description: |\n      name: no\n    namespace: tools.a\n    name: b\n'),
  ],
  ['type last', `${file('  namespace: tools.a\n  name: b\n', '')}type: 'action'\n`],
])('finds the name of a file: %s', (_name, text) => expect(indexTemplate(text)).toEqual({ name: 'tools.a.b' }));

test.each([
  ['no type', file('  namespace: a\n  name: b\n', '')],
  ['flow style', 'type: action\ndefinition: {namespace: a, name: b}\n'],
  ['name given twice', file('  namespace: a\n  name: b\n  name: c\n')],
  ['name on another line', file('  namespace: a\n  name:\n    b\n')],
  ['no name', file('  namespace: a\n')],
  ['another type', 'type: acton\n'],
])('leaves it to the parser: %s', (_name, text) => expect(indexTemplate(text)).toBe('unclear'));

test('knows workflows', () => expect(indexTemplate('type: workflow\n')).toBe('not-a-template'));
