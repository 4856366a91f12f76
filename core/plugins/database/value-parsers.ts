import pg from 'pg';

const BIGINT = 20;
const TIMESTAMP = 1114;
const TIMESTAMP_TZ = 1184;
const DATE = 1082;

/** `2026-11-21 14:00:00.5+00`, as sessions in UTC have it, to ISO text. */
function isoTime(text: string): string {
  return /^-?infinity$/.test(text) ? text : `${text.replace(' ', 'T').replace(/\+00$/, '')}Z`;
}

const own: Readonly<Record<number, (text: string) => unknown>> = {
  [BIGINT]: BigInt,
  [TIMESTAMP]: isoTime,
  [TIMESTAMP_TZ]: isoTime,
  [DATE]: (text) => text,
};

/** How values of the database look in a plugin's code: exact numbers, times as ISO text. */
export const valueParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    own[oid] ?? pg.types.getTypeParser(oid, format as 'text')) as never,
};
