import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { Scope } from '../../language/template/scope.ts';
import { toData } from '../../language/values/to-data.ts';
import { isTruthy } from '../../language/values/truthiness.ts';
import type { Value } from '../../language/values/value.ts';
import type { RunnableAction } from '../runnable-action.ts';
import type { CompiledStep } from './compiled-template.ts';
import { mapConcurrently } from './map-concurrently.ts';
import type { TemplateCall } from './template-call.ts';
import { withTimeLimit } from './time-limit.ts';
import { AttemptsFailed, withRetry } from './with-retry.ts';

/** Items of one `for_each` that run at the same time. */
const FOR_EACH_CONCURRENCY = 4;

/** Runs one step, with its condition, loop, retries and time limit. A skipped step gives null. */
export async function runStep(call: TemplateCall, compiled: CompiledStep): Promise<unknown | AttemptsFailed> {
  const { scope } = call;
  const { runIf, forEach } = compiled;
  try {
    if (runIf !== undefined && !isTruthy(runIf.evaluate(scope))) return null;
    if (forEach === undefined) return await runOnce(call, compiled, scope, '');
    return await runItems(call, compiled, forEach.items(scope));
  } catch (error) {
    return new AttemptsFailed(error, 1);
  }
}

/** Every item runs, whatever happens to the others; then the failures are told together. */
async function runItems(call: TemplateCall, compiled: CompiledStep, items: readonly Value[]): Promise<unknown> {
  const results = await mapConcurrently(items, FOR_EACH_CONCURRENCY, (item, index) =>
    runOnce(call, compiled, { ...call.scope, var: item }, `/${index}`).catch((error) => new AttemptsFailed(error, 1)),
  );
  const failures = results.flatMap((result, index) =>
    result instanceof AttemptsFailed ? [{ index, attempts: result.attempts, error: toErrorRecord(result.cause) }] : [],
  );
  if (failures.length === 0) return results;
  const facts = { failed: failures.length, total: items.length, first: failures[0]!.error.message };
  throw raise.TEMPLATE_ITEMS_FAILED(facts, { details: { failures } });
}

async function runOnce(call: TemplateCall, compiled: CompiledStep, scope: Scope, item: string): Promise<unknown> {
  const { step } = compiled;
  const { registry, invocation } = call;
  const callee = registry.get(step.action);
  if (callee === undefined)
    throw raise.ACTION_NOT_FOUND({ name: step.action, suggestion: registry.suggest(step.action) });
  const args = evaluateArguments(compiled, callee, scope);
  const limitMs = step.timeoutMs ?? callee.info.timeoutMs;
  return withRetry(step.retry, invocation.signal, (attempt) =>
    withTimeLimit(step.action, limitMs, invocation.signal, (signal) => {
      if (callee.info.kind === 'plugin') invocation.onLeafCall?.({ action: step.action, args: toData(args) as Value });
      return callee.run(calleeInvocation(call, `${step.ref}${item}`, { args, attempt, signal }));
    }),
  );
}

function evaluateArguments({ args }: CompiledStep, callee: RunnableAction, scope: Scope): Record<string, Value> {
  const evaluated: Record<string, Value> = Object.create(null);
  for (const { name, literalName, value, source } of args) {
    const asWritten = callee.info.unevaluated.includes(literalName);
    evaluated[asWritten ? literalName : String(name.evaluate(scope))] = asWritten
      ? (source as Value)
      : value().evaluate(scope);
  }
  return evaluated;
}

type Given = Pick<TemplateCall['invocation'], 'args' | 'signal'> & { readonly attempt: number };

function calleeInvocation({ invocation, secrets, template }: TemplateCall, place: string, given: Given) {
  const { run } = invocation;
  return {
    ...invocation,
    args: given.args,
    signal: given.signal,
    secrets: secrets.source,
    callers: [...(invocation.callers ?? []), template.definition.name],
    run: {
      ...run,
      step: `${run.step}.${place}`,
      attempt: given.attempt,
      idempotencyKey: `${run.idempotencyKey}/${place}`,
    },
  };
}
