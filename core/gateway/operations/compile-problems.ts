import { BackplaneError } from '@backplane/sdk';
import type { GatewayProblem } from '../files/gateway-problem.ts';
import type { GatewayText } from '../files/read-gateway.ts';
import type { PlacedProblem } from '../snapshot/compile-snapshot.ts';
import { settingPlace } from './setting-place.ts';

/** As the compiler tells it: at the use of a policy, with the setting that is meant. */
export interface CompileProblem extends GatewayProblem, Pick<PlacedProblem, 'setting'> {}

/** What a refused configuration lists, each with its place. Rethrows everything that is no refusal. */
export function compileProblems(thrown: unknown): readonly CompileProblem[] {
  if (!BackplaneError.is(thrown) || thrown.code !== 'GATEWAY_CONFIG_INVALID') throw thrown;
  const { code, facts } = thrown;
  const listed = (facts.details?.['problems'] ?? []) as readonly PlacedProblem[];
  return listed.map((problem) => ({ severity: 'error', code, ...problem }));
}

/** The same with the lines of the settings themselves. */
export function inSettings(
  problems: readonly CompileProblem[],
  texts: readonly GatewayText[],
): readonly GatewayProblem[] {
  return problems.map(({ setting = [], place, ...rest }) => ({ ...rest, place: settingPlace(texts, place, setting) }));
}

export function isError({ severity }: GatewayProblem): boolean {
  return severity === 'error';
}
