import type { Entity, FindOptions, Table } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { Row, StatementRunner } from './plugin-session.ts';

const OPERATORS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
const MOST = 10_000;

/** The rows of one entity. Names come from the entity alone, values travel as parameters: nothing that a caller says becomes SQL. */
export function tableOf(entity: Entity, runner: StatementRunner): Table<any> {
  const { name, columns } = entity as {
    readonly name: string;
    readonly columns: Readonly<Record<string, { type: string }>>;
  };
  const table = quoted(name);
  const all = Object.keys(columns).map(quoted).join(', ');
  const column = (key: string): string => {
    if (!Object.hasOwn(columns, key)) throw raise.INPUT_INVALID({ problems: [`${name} has no column \`${key}\``] });
    return quoted(key);
  };
  const value = (key: string, given: unknown) =>
    columns[key]?.type === 'json' && given !== undefined ? JSON.stringify(given) : given;
  const run = async (sql: string, parameters: readonly unknown[]) => runner.run({ sql, parameters });

  return {
    async find({ where = {}, orderBy = [], limit = 100, offset = 0 }: FindOptions<any> = {}) {
      const values: unknown[] = [];
      const order = orderBy.map(([key, way]) => `${column(key)} ${way === 'desc' ? 'DESC' : 'ASC'}`).join(', ');
      const sql = `SELECT ${all} FROM ${table}${condition(where, values)}${order === '' ? '' : ` ORDER BY ${order}`}
        LIMIT ${whole('limit', limit, MOST)} OFFSET ${whole('offset', offset, Number.MAX_SAFE_INTEGER)}`;
      return (await run(sql, values)).rows;
    },
    async count(where = {}) {
      const values: unknown[] = [];
      const { rows } = await run(`SELECT count(*) AS n FROM ${table}${condition(where, values)}`, values);
      return Number(rows[0]!['n']);
    },
    async insert(row) {
      const { text, values } = insertion(row);
      return (await run(`${text} RETURNING ${all}`, values)).rows[0]!;
    },
    async upsert(row, on) {
      const { text, values, keys } = insertion(row);
      const target = on.map(column);
      const changed = keys.filter((key) => !on.includes(key));
      const set = (changed.length === 0 ? on : changed).map((key) => `${column(key)} = excluded.${column(key)}`);
      return (
        await run(`${text} ON CONFLICT (${target.join(', ')}) DO UPDATE SET ${set.join(', ')} RETURNING ${all}`, values)
      ).rows[0]!;
    },
    async update(where, changes) {
      const values: unknown[] = [];
      const set = given(changes).map(([key, changed]) => `${column(key)} = $${values.push(value(key, changed))}`);
      if (set.length === 0) return 0;
      return (await run(`UPDATE ${table} SET ${set.join(', ')}${narrowed(where, values)}`, values)).changed;
    },
    async delete(where) {
      const values: unknown[] = [];
      return (await run(`DELETE FROM ${table}${narrowed(where, values)}`, values)).changed;
    },
  };

  function insertion(row: Row): { text: string; values: unknown[]; keys: string[] } {
    const members = given(row);
    const keys = members.map(([key]) => key);
    const values = members.map(([key, one]) => value(key, one));
    if (keys.length === 0) return { text: `INSERT INTO ${table} DEFAULT VALUES`, values, keys };
    const places = values.map((_, index) => `$${index + 1}`).join(', ');
    return { text: `INSERT INTO ${table} (${keys.map(column).join(', ')}) VALUES (${places})`, values, keys };
  }

  function narrowed(where: Row, values: unknown[]): string {
    const text = condition(where, values);
    if (text === '')
      throw raise.INPUT_INVALID({ problems: [`\`where\` is empty, which would mean every row of ${name}`] });
    return text;
  }

  function condition(where: Row, values: unknown[]): string {
    const parts = given(where).flatMap(([key, wanted]) => test(key, wanted, values));
    return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
  }

  function test(key: string, wanted: unknown, values: unknown[]): string[] {
    const name = column(key);
    const place = (one: unknown) => `$${values.push(value(key, one))}`;
    if (wanted === null) return [`${name} IS NULL`];
    // A map is data where the column holds data.
    if (!isRecord(wanted) || columns[key]!.type === 'json') return [`${name} = ${place(wanted)}`];
    return given(wanted).map(([operator, one]) => {
      if (operator === 'in') return list(name, key, one, values);
      if (operator === 'not') return one === null ? `${name} IS NOT NULL` : `${name} IS DISTINCT FROM ${place(one)}`;
      if (!Object.hasOwn(OPERATORS, operator))
        throw raise.INPUT_INVALID({
          problems: [`\`${operator}\` is no condition; known are in, not, lt, lte, gt, gte`],
        });
      return `${name} ${OPERATORS[operator as keyof typeof OPERATORS]} ${place(one)}`;
    });
  }

  function list(name: string, key: string, wanted: unknown, values: unknown[]): string {
    if (!Array.isArray(wanted)) throw raise.INPUT_INVALID({ problems: [`\`in\` of ${key} takes a list`] });
    if (wanted.length === 0) return 'FALSE';
    return `${name} IN (${wanted.map((one) => `$${values.push(value(key, one))}`).join(', ')})`;
  }
}

/** Members that are there; what is undefined was not said. */
function given(row: Row): (readonly [string, unknown])[] {
  return Object.entries(row).filter(([, value]) => value !== undefined);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function whole(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw raise.INPUT_INVALID({ problems: [`\`${name}\` is a whole number up to ${most}`] });
}
