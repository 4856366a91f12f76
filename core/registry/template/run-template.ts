import { BackplaneError, type ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { Warning } from '../../language/template/scope.ts';
import { coerceFields } from '../../language/types/coerce-fields.ts';
import { toData } from '../../language/values/to-data.ts';
import { pythonTypeName } from '../../language/values/type-name.ts';
import type { ActionRegistry, Invocation, SecretValues } from '../runnable-action.ts';
import { collectSecrets } from './collect-secrets.ts';
import type { CompiledTemplate } from './compiled-template.ts';
import { type HeldSecrets, holdSecrets } from './held-secrets.ts';
import { createMask } from './mask-secrets.ts';
import { runStep } from './run-step.ts';
import { missingSecrets, secretsContext } from './secret-requirements.ts';
import type { StepContext, TemplateCall } from './template-call.ts';
import type { TemplateStep } from './template-definition.ts';
import { AttemptsFailed } from './with-retry.ts';

/**
 * Runs a template: inputs checked, secrets of the whole tree fetched once, steps one after the other, `returns` evaluated.
 * @throws INPUT_INVALID, TEMPLATE_SELF_CALL, TEMPLATE_SECRET_MISSING, TEMPLATE_STEP_FAILED, TEMPLATE_RETURNS
 */
export async function runTemplate(
  template: CompiledTemplate,
  registry: ActionRegistry,
  invocation: Invocation,
): Promise<unknown> {
  const { definition } = template;
  const callers = invocation.callers ?? [];
  if (callers.includes(definition.name)) throw raise.TEMPLATE_SELF_CALL({ chain: [...callers, definition.name] });
  const inputs = coerceFields(definition.inputs, toData(invocation.args) as typeof invocation.args);
  const secrets = await fetchSecrets(template, registry, invocation);
  const call = prepare(template, registry, invocation, inputs, secrets);
  for (const compiled of template.steps) {
    invocation.signal.throwIfAborted();
    const result = await runStep(call, compiled);
    if (result instanceof AttemptsFailed) throw stepFailed(call, compiled.step, result);
    call.steps[compiled.step.ref] = stepContext(result);
  }
  const result = evaluateReturns(call);
  // Inside another template a secret may be the very thing that a later step needs.
  return callers.length === 0 ? call.mask(result) : result;
}

async function fetchSecrets(
  template: CompiledTemplate,
  registry: ActionRegistry,
  invocation: Invocation,
): Promise<HeldSecrets> {
  const { definition, secrets } = template;
  const requirements = collectSecrets(secrets, definition.steps, registry);
  const held = await holdSecrets(invocation.secrets, requirements, invocation.environment);
  const missing = missingSecrets(requirements, held.values);
  if (missing.length > 0) {
    throw raise.TEMPLATE_SECRET_MISSING({ action: definition.name, missing }, { details: { missing } });
  }
  for (const value of secretTexts(held.values)) invocation.onSecret?.(value);
  return held;
}

function secretTexts(values: SecretValues): string[] {
  const all = Object.values(values).flatMap((secret) => Object.values(secret ?? {}));
  return all.filter((value) => typeof value === 'string');
}

function prepare(
  template: CompiledTemplate,
  registry: ActionRegistry,
  invocation: Invocation,
  inputs: unknown,
  secrets: HeldSecrets,
): TemplateCall {
  const { now, vars, env, interaction, interactionFor } = invocation;
  const steps: Record<string, StepContext> = Object.create(null);
  const scope = {
    SECRETS: secretsContext(template.secrets, secrets.values),
    ENV: env,
    VARS: vars,
    inputs,
    steps,
    ...(interaction !== undefined && { interaction }),
    ...(interactionFor !== undefined && { interactionFor }),
    now: () => now,
    strict: invocation.strict === true || template.definition.strict,
    warn: (warning: Warning) => invocation.warn(warning),
  };
  return { template, registry, invocation, secrets, scope, steps, mask: createMask(secretTexts(secrets.values)) };
}

function stepContext(result: unknown): StepContext {
  return {
    result,
    result_typename: pythonTypeName(result),
    error: null,
    error_typename: null,
    interaction: null,
    interaction_id: null,
    interaction_type: null,
  };
}

function evaluateReturns(call: TemplateCall): unknown {
  const { template, scope } = call;
  try {
    return toData(template.returns.evaluate(scope));
  } catch (error) {
    const cause = masked(call, toErrorRecord(error));
    const facts = { template: template.definition.name, cause: cause.message };
    throw raise.TEMPLATE_RETURNS(facts, { cause: error, details: { cause, outputs: outputs(call) } });
  }
}

/** Blame, status, retry verdict and remedy are those of the cause: whoever reads only the outer error decides rightly. */
function stepFailed(call: TemplateCall, step: TemplateStep, { cause, attempts }: AttemptsFailed): BackplaneError {
  const record = masked(call, toErrorRecord(cause));
  const { ref, action, position } = step;
  const { name } = call.template.definition;
  const facts = { step: ref, action, template: name, attempts, cause: record.message };
  const details = { template: name, step: ref, action, attempts, cause: record, outputs: outputs(call) };
  const failed = raise.TEMPLATE_STEP_FAILED(facts, { details, position });
  const { status, blame, retry, remedy, retryAfterMs } = { ...failed.facts, ...record };
  const inherited = {
    ...failed.facts,
    status,
    blame,
    retry,
    remedy,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  return new BackplaneError(failed.code, failed.message, inherited, { cause });
}

function masked(call: TemplateCall, record: ErrorRecord): ErrorRecord {
  return call.mask(record) as ErrorRecord;
}

function outputs(call: TemplateCall): unknown {
  const results = Object.entries(call.steps).map(([ref, { result }]) => [ref, result]);
  return call.mask(Object.fromEntries(results));
}
