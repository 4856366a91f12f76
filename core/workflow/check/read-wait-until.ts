import { Float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import { readMoment } from '../moment/read-moment.ts';
import { kindOfValue } from './kind-of-value.ts';
import type { MappingReader } from './mapping-reader.ts';

/** Any time does: whether a phrase is understood does not depend on it. */
const SOME_TIME = 1_700_000_000_000;

/** Reads `wait_until`. What is written out must be understood now; what an expression gives is seen when it is due. */
export function readWaitUntil(findings: Findings, reader: MappingReader): string | number | undefined {
  const written = reader.raw('wait_until');
  const value = Float.is(written) ? written.value : written;
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.includes('${{')) return value;
  if ((typeof value === 'string' || typeof value === 'number') && readMoment(value, SOME_TIME) !== undefined)
    return value;
  const error = raise.WORKFLOW_WAIT_UNTIL_INVALID({
    found: typeof value === 'string' ? `"${value}"` : kindOfValue(value),
  });
  findings.atValue([...reader.path, 'wait_until'], error, { expected: 'a date, or a phrase such as `in 10 minutes`' });
  return undefined;
}
