import { stringifyJson } from '@backplane/sdk';
import type { AdoptedAction } from '../../actions/action-shape.ts';
import { resultData } from '../../actions/result-data.ts';
import { issueLine, type StandardSchema, validate } from '../../actions/standard-schema.ts';
import { thrownText } from '../../thrown-text.ts';
import type { CallMessage, ErrorClaim, LogLevel } from '../wire.ts';
import { errorClaim } from './error-claim.ts';

export type Outcome = { readonly json: string } | { readonly error: ErrorClaim };

export interface CallSurroundings {
  readonly signal: AbortSignal;
  readonly ports: Readonly<Record<string, unknown>>;
  readonly outputChars: number;
  log(level: LogLevel, message: unknown, fields?: object): void;
  progress(note: unknown, fraction?: unknown): void;
}

/** One call of an action, beside its code: input converted by its schema before, the result checked after. */
export async function runCall(action: AdoptedAction, message: CallMessage, around: CallSurroundings): Promise<Outcome> {
  try {
    const input = await validate(action.input as StandardSchema, message.input);
    if (!input.ok) return { error: { kind: 'input', issues: input.issues } };
    const line = (level: LogLevel) => (text: string, fields?: object) => around.log(level, text, fields);
    const result = await action.run({
      input: input.value,
      run: message.run,
      signal: around.signal,
      log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      progress: (note: string, fraction?: number) => around.progress(note, fraction),
      ...around.ports,
    });
    return await outcomeOf(action, result, around.outputChars);
  } catch (thrown) {
    return { error: errorClaim(thrown) };
  }
}

async function outcomeOf(action: AdoptedAction, result: unknown, most: number): Promise<Outcome> {
  let value = result;
  if (action.output !== undefined) {
    const output = await validate(action.output as StandardSchema, result);
    if (!output.ok) return { error: { kind: 'output', problems: output.issues.map(issueLine) } };
    value = output.value;
  }
  try {
    const json = stringifyJson(resultData(value));
    return json.length > most ? { error: { kind: 'size' } } : { json };
  } catch (thrown) {
    const isTooLong = thrown instanceof RangeError && /string length/i.test(thrown.message);
    return { error: isTooLong ? { kind: 'size' } : { kind: 'output', problems: [thrownText(thrown)] } };
  }
}
