import { raise } from '../../errors/catalogue.ts';

/** One format specification of Python: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`. */
export interface FormatSpec {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  /** What rounds to zero has no minus. */
  readonly dropsZeroSign: boolean;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;
const MAX_WIDTH = 1_000_000;

/** @throws LANGUAGE_FORMAT, LANGUAGE_BUDGET_OUTPUT for a width beyond all reason */
export function parseSpec(spec: string): FormatSpec {
  const match = SPEC.exec(spec);
  if (!match) throw raise.LANGUAGE_FORMAT({ problem: `\`${spec}\` is not a format specification` });
  const [, fill, align, sign = '-', z, alternate, zero, width, grouping = '', precision, type = ''] = match;
  const spaces = Math.max(Number(width ?? 0), Number(precision ?? 0));
  if (spaces > MAX_WIDTH) throw raise.LANGUAGE_BUDGET_OUTPUT({ limit: MAX_WIDTH });
  return {
    fill: fill ?? (zero && align === undefined ? '0' : (zero ?? ' ')),
    align,
    sign,
    dropsZeroSign: z !== undefined,
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}
