import { BackplaneError } from '@backplane/sdk';
import type { GatewayProblem } from '../files/gateway-problem.ts';
import type { PlacedProblem } from '../snapshot/compile-snapshot.ts';

/** What a refused configuration lists, each with its place. Rethrows everything that is no refusal. */
export function compileProblems(thrown: unknown): readonly GatewayProblem[] {
  if (!BackplaneError.is(thrown) || thrown.code !== 'GATEWAY_CONFIG_INVALID') throw thrown;
  const { code, facts } = thrown;
  const listed = (facts.details?.['problems'] ?? []) as readonly PlacedProblem[];
  return listed.map((problem) => ({ severity: 'error', code, ...problem }));
}

export function isError({ severity }: GatewayProblem): boolean {
  return severity === 'error';
}
