import { parse } from 'csv-parse/sync';
import { newRecord } from '../values/is-record.ts';
import { pythonStr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';

/** The rows below the header as maps, as `csv.DictReader` has them: null for cells that are missing, surplus cells under `None`. */
export function fromCsv(text: string, given: Arguments): Value {
  const [header = [], ...rows] = parseRows(text, given);
  return rows.map((row) => {
    const record = newRecord<Value>();
    for (const [at, name] of header.entries()) record[name] = row[at] ?? null;
    if (row.length > header.length) record['None'] = row.slice(header.length);
    return record;
  });
}

function parseRows(text: string, given: Arguments): string[][] {
  const options = {
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
  };
  try {
    return parse(text, options);
  } catch (error) {
    const { code } = error as { code?: string };
    // Python takes a quote that is never closed to end with the text.
    if (code === 'CSV_QUOTE_NOT_CLOSED') return parseRows(`${text}"`, given);
    return given.fail(`the text is not valid CSV (${code ?? 'unreadable'})`);
  }
}

/** Rows in the dialect that Python's `csv` writes by default: CRLF, quotes only where needed, nothing for null. */
export function toCsv(rows: readonly (readonly Value[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Value): string {
  const text = value === null ? '' : pythonStr(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
