import { BackplaneError } from '@backplane/sdk';
import type { GatewayProblem } from '../files/gateway-problem.ts';
import type { Place } from '../model/place.ts';

interface Placed {
  readonly place: Place;
  readonly message: string;
}

/** What a refused configuration lists, each with its place. Rethrows everything that is no refusal. */
export function compileProblems(thrown: unknown): readonly GatewayProblem[] {
  if (!BackplaneError.is(thrown) || thrown.code !== 'GATEWAY_CONFIG_INVALID') throw thrown;
  const { code, facts } = thrown;
  const listed = (facts.details?.['problems'] ?? []) as readonly Placed[];
  return listed.map(({ place, message }) => ({ severity: 'error', code, message, remedy: '', place }));
}

export function isError({ severity }: GatewayProblem): boolean {
  return severity === 'error';
}
