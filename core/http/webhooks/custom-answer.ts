import type { ServerResponse } from 'node:http';
import { Float, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { RunRecord } from '../../executor/engine.ts';
import { stepView, UNTOUCHED } from '../../executor/scheduler/step-view.ts';
import { compileTemplate } from '../../language/template/compile-template.ts';
import type { Scope } from '../../language/template/scope.ts';
import type { Template } from '../../language/template/template.ts';
import { toData } from '../../language/values/to-data.ts';
import type { WebhookResponse } from '../../workflow/webhook-trigger.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import { resultOf } from '../wait-for-run.ts';
import { writeBody } from '../write-body.ts';

export interface CustomAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const compiled = new WeakMap<WebhookResponse, Template>();

/**
 * Evaluates the `response` of a webhook over the run as people see it: masked results stay masked. Throws RUN_NOT_COMPLETED, and
 * WEBHOOK_RESPONSE_INVALID when what the expressions give is no answer.
 */
export function customAnswer(definition: WorkflowDefinition, response: WebhookResponse, run: RunRecord): CustomAnswer {
  const result = resultOf(run);
  const template = compiled.get(response) ?? compileTemplate(response);
  compiled.set(response, template);
  const given = evaluated(template, scopeOf(definition, run));
  return {
    status: statusOf(given['status']),
    headers: headersOf((given['headers'] ?? {}) as Readonly<Record<string, unknown>>),
    body: response.body === undefined ? result : given['body'],
  };
}

/** Text goes out as it is, anything else as JSON. A page that a workflow makes can do nothing in the name of this host. */
export function sendCustomAnswer(response: ServerResponse, { status, headers, body }: CustomAnswer): void {
  const isText = typeof body === 'string';
  response.setHeader('Content-Security-Policy', 'sandbox');
  response.setHeader('Content-Type', isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  writeBody(response, status, isText ? body : stringifyJson(body));
}

function scopeOf({ actions, strict }: WorkflowDefinition, { steps, trigger }: RunRecord): Scope {
  const views = actions.map(({ ref }) => [ref, stepView(ref, steps[ref] ?? UNTOUCHED)] as const);
  const context = Object.assign(Object.create(null), Object.fromEntries(views));
  return { ACTIONS: context, TRIGGER: trigger, INPUTS: trigger, strict };
}

function evaluated(template: Template, scope: Scope): Readonly<Record<string, unknown>> {
  try {
    return toData(template.evaluate(scope)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw raise.WEBHOOK_RESPONSE_INVALID({ problem: `cannot be evaluated: ${(cause as Error).message}` }, { cause });
  }
}

function statusOf(given: unknown): number {
  const status = Float.is(given) ? given.value : (given ?? 200);
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw raise.WEBHOOK_RESPONSE_INVALID({ problem: 'gives a status that is no whole number from 200 to 599' });
}

/** Null leaves a header out. What could end the line would let data write headers of its own. */
function headersOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers = Object.entries(given).filter(([, value]) => value !== null);
  return Object.fromEntries(
    headers.map(([name, value]) => {
      const text = Float.is(value) ? String(value.value) : String(value);
      if (typeof value === 'object' && !Float.is(value))
        throw raise.WEBHOOK_RESPONSE_INVALID({ problem: `gives a list or map for the header ${name}` });
      if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
        throw raise.WEBHOOK_RESPONSE_INVALID({ problem: `gives a value for the header ${name} that is not one line` });
      return [name, text];
    }),
  );
}
