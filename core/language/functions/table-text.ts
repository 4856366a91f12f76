import { isRecord } from '../values/is-record.ts';
import { compareValues } from '../values/ordering.ts';
import { pythonStr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import { toCsv } from './csv-text.ts';

export type Row = { readonly [key: string]: Value };

/** The keys that any row has, sorted. */
function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))].sort(compareValues);
}

const cellOf = (row: Row, key: string): Value => (Object.hasOwn(row, key) ? row[key]! : '');

export function markdownTable(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  const line = (cells: readonly string[]) => `|${cells.join('|')}|`;
  const cells = (row: Row) => columns.map((key) => markdownCell(pythonStr(cellOf(row, key))));
  return [line(columns.map(markdownCell)), line(columns.map(() => '-')), ...rows.map((row) => line(cells(row)))].join(
    '\n',
  );
}

/** A bar or a line break would end the cell. */
function markdownCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\r\n?|\n/g, '<br>');
}

export function htmlTable(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  const row = (cells: readonly string[]) => ['    <tr>', ...cells.map((cell) => `      ${cell}`), '    </tr>'];
  const body = rows.flatMap((data) => row(columns.map((key) => `<td>${escaped(pythonStr(cellOf(data, key)))}</td>`)));
  const head = row(columns.map((key) => `<th>${escaped(key)}</th>`));
  return ['<table>', '  <thead>', ...head, '  </thead>', '  <tbody>', ...body, '  </tbody>', '</table>'].join('\n');
}

export function csvTable(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  return toCsv([columns, ...rows.map((row) => columns.map((key) => cellOf(row, key)))]);
}

export function xmlTable(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => {
    const cells = Object.keys(row).map((key) => element(elementName(key), pythonStr(row[key]!)));
    return cells.length === 0 ? ['  <item/>'] : ['  <item>', ...cells.map((cell) => `    ${cell}`), '  </item>'];
  });
  const items = lines.length === 0 ? ['<items/>'] : ['<items>', ...lines, '</items>'];
  return `${['<?xml version="1.0" ?>', ...items].join('\n')}\n`;
}

function element(name: string, text: string): string {
  return text === '' ? `<${name}/>` : `<${name}>${escaped(text)}</${name}>`;
}

/** A key as an XML name: what a name may not hold becomes `_`. */
function elementName(key: string): string {
  const name = key.replace(/[^\p{L}\p{N}_.-]/gu, '_');
  return /^[\p{L}_]/u.test(name) ? name : `_${name}`;
}

function escaped(text: string): string {
  const printable = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, '\ufffd');
  return printable.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export function isRow(value: Value): value is Row {
  return isRecord(value);
}
