import { raise } from '../../errors/catalogue.ts';
import { compileTemplate } from '../../language/template/compile-template.ts';
import type { Scope } from '../../language/template/scope.ts';
import { toData } from '../../language/values/to-data.ts';
import { objectArgument } from '../argument.ts';
import { answerLines } from '../batch.ts';
import { printJson } from '../output.ts';

export interface EvaluateOptions {
  readonly context?: string;
  readonly strict?: boolean;
  readonly batch?: boolean;
}

/** `backplane eval`: one template given on the command line, or NDJSON lines from stdin. */
export async function evaluate(template: string | undefined, options: EvaluateOptions): Promise<void> {
  if (options.batch)
    return answerLines((line) => ({ value: evaluated(line['template'], line['context'], line['strict'] === true) }));
  if (template === undefined) throw raise.USAGE({ message: 'eval needs a template, or --batch.' });
  const scope = objectArgument(options.context, 'context');
  const warn: Scope['warn'] = (warning) => process.stderr.write(`warning ${warning.code}: ${warning.message}\n`);
  printJson(evaluated(parseTemplate(template), scope, options.strict === true, warn));
}

function evaluated(template: unknown, context: unknown, strict: boolean, warn?: Scope['warn']): unknown {
  const scope = {
    ...(typeof context === 'object' && context !== null ? context : {}),
    strict,
    ...(warn ? { warn } : {}),
  };
  return toData(compileTemplate(template).evaluate(scope));
}

/** An argument that is a JSON object or list is evaluated inside; anything else is a string. */
function parseTemplate(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
