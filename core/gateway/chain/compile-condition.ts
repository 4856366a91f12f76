import type { PolicyUse, UseCondition } from '../model/policy-use.ts';
import { fieldTest, headerValues, queryValues } from '../router/field-test.ts';
import { nativePattern } from '../router/native-pattern.ts';
import type { PolicyExchange } from './policy-exchange.ts';

type Applies = (exchange: PolicyExchange) => boolean;

const BEFORE_CALLER = new Set(['connection', 'request', 'route', 'admit', 'authenticate']);

/** A condition on the caller holds for nobody before authentication: throws where that would pass the policy over in silence. */
export function checkCondition({ when }: PolicyUse, phases: readonly string[]): void {
  if (when?.caller === undefined) return;
  const early = phases.filter((phase) => BEFORE_CALLER.has(phase));
  if (early.length > 0)
    throw new TypeError(`it works in ${early.join(', ')}, where nobody knows the caller whom \`when\` asks for`);
}

/** Undefined where a policy is always run. `protocols`: those that the policy itself is for. Throws GATEWAY_PATTERN_INVALID. */
export function compileCondition(
  when: UseCondition | undefined,
  protocols: readonly string[] | undefined,
): Applies | undefined {
  const tests: Applies[] = [];
  if (protocols !== undefined) tests.push(({ request }) => protocols.includes(request.protocol));
  if (when?.protocols !== undefined) tests.push(({ request }) => when.protocols!.includes(request.protocol));
  if (when?.methods !== undefined) tests.push(({ request }) => when.methods!.includes(request.method));
  if (when?.path !== undefined) {
    const pattern = nativePattern(when.path, true);
    tests.push(({ request }) => pattern.match(request.rawPath, '') !== undefined);
  }
  for (const condition of when?.headers ?? []) {
    const fits = fieldTest(condition);
    tests.push(({ request }) => fits(headerValues(request, condition.name)));
  }
  for (const condition of when?.query ?? []) {
    const fits = fieldTest(condition);
    tests.push(({ request }) => fits(queryValues(request, condition.name)));
  }
  if (when?.caller !== undefined) tests.push(({ identity }) => (identity !== undefined) === (when.caller === 'known'));
  if (tests.length === 0) return undefined;
  return tests.length === 1 ? tests[0] : (exchange) => tests.every((test) => test(exchange));
}
