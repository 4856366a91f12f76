import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BackplaneError, parseJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { CHECKOUT } from '../../host/checkout.ts';
import { compileTemplate } from '../../language/template/compile-template.ts';
import { formatTemplate } from '../../language/template/format-template.ts';
import type { Scope } from '../../language/template/scope.ts';
import type { Template } from '../../language/template/template.ts';
import { toData } from '../../language/values/to-data.ts';
import { objectArgument } from '../argument.ts';
import { answerLines, objectMember } from '../batch.ts';
import { EXIT } from '../exit-code.ts';
import { printError, printJson, printWarning } from '../output.ts';

export interface EvaluateOptions {
  readonly context?: string;
  readonly strict?: boolean;
  readonly batch?: boolean;
  readonly format?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** What a context may hold; anything else of it cannot be named in an expression. */
const CONTEXTS = [
  'ACTIONS',
  'TRIGGER',
  'SECRETS',
  'VARS',
  'ENV',
  'INPUTS',
  'inputs',
  'steps',
  'var',
  'interaction',
] as const;

/** `backplane eval`: one template given on the command line, or NDJSON lines from stdin. */
export async function evaluate(template: string | undefined, options: EvaluateOptions): Promise<void> {
  await using _functions = await pluginFunctions(template, options);
  if (options.batch) {
    if (template !== undefined) throw raise.USAGE({ message: 'eval takes a template or --batch, not both.' });
    return answerLines((line) => {
      if (!Object.hasOwn(line, 'template')) throw raise.USAGE({ message: 'The line has no `template`.' });
      const scope = scopeOf(objectMember(line, 'context'), line['strict'] === true);
      return { value: toData(compileTemplate(line['template']).evaluate(scope)) };
    });
  }
  if (template === undefined) throw raise.USAGE({ message: 'eval needs a template, or --batch.' });
  if (options.format) {
    process.stdout.write(`${formatTemplate(template)}\n`);
    return;
  }
  const scope = scopeOf(objectArgument(options.context, 'context'), options.strict === true, printWarning);
  const compiled = compileOrEnd(parseTemplate(template));
  if (compiled !== undefined) printJson(toData(compiled.evaluate(scope)));
}

/** The plugins that add functions to the language. Who names no function waits for none of them. */
async function pluginFunctions(
  template: string | undefined,
  options: EvaluateOptions,
): Promise<AsyncDisposable | null> {
  if (template?.includes('FN.') === false) return null;
  const lock = resolve(options.config ?? resolve(CHECKOUT, 'config'), 'plugins.lock');
  if (!existsSync(lock) || !readFileSync(lock, 'utf8').includes('"expression-function:')) return null;
  return (await import('../open-bench.ts')).openBench({ config: options.config, data: options.data });
}

/** A mistake in the template is invalid input, whatever its code; what fails later is work that failed. */
function compileOrEnd(template: unknown): Template | undefined {
  try {
    return compileTemplate(template);
  } catch (error) {
    if (!BackplaneError.is(error)) throw error;
    printError(error);
    process.exitCode = EXIT.usage;
    return undefined;
  }
}

function scopeOf(context: Readonly<Record<string, unknown>>, strict: boolean, warn?: Scope['warn']): Scope {
  const given = CONTEXTS.filter((name) => Object.hasOwn(context, name)).map((name) => [name, context[name]]);
  return { ...Object.fromEntries(given), strict, ...(warn === undefined ? {} : { warn }) };
}

/** An argument that is a JSON object or list is evaluated inside; anything else is a string. */
function parseTemplate(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
