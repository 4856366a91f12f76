import { pythonStr } from '../values/render.ts';
import type { Arguments } from './arguments.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { csvTable, htmlTable, isRow, markdownTable, type Row, xmlTable } from './table-text.ts';

const FORMATS = { markdown: markdownTable, html: htmlTable, csv: csvTable, xml: xmlTable } as const;
const NAMES = ['markdown', 'html', 'csv', 'xml'] as const;

function rowsOf(given: Arguments): Row[] {
  return given.list(0).map((row) => (isRow(row) ? row : given.reject(0, 'a list of dicts')));
}

const lines = (given: Arguments, mark: (index: number) => string) =>
  given
    .list(0)
    .map((item, index) => `${mark(index)} ${pythonStr(item)}`)
    .join('\n');

export const tableFunctions: readonly ExpressionFunction[] = [
  defineFunction(
    'tabulate',
    'rows format?',
    'A table of maps as `markdown`, `html`, `csv` or `xml`; columns are all keys, sorted.',
    (given) => FORMATS[given.choice(1, NAMES, 'markdown')](rowsOf(given)),
  ),
  defineFunction('to_markdown_list', 'items ordered?', 'A bulleted, or numbered, Markdown list.', (given) =>
    given.flag(1, false) ? lines(given, (index) => `${index + 1}.`) : lines(given, () => '-'),
  ),
  defineFunction('to_markdown_table', 'rows', 'A Markdown table of maps; columns are all keys, sorted.', (given) =>
    markdownTable(rowsOf(given)),
  ),
  defineFunction('to_markdown_tasks', 'items', 'A Markdown list of open tasks.', (given) =>
    lines(given, () => '- [ ]'),
  ),
];
