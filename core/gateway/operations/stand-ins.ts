import type { GatewayProblem } from '../files/gateway-problem.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import type { Place } from '../model/place.ts';
import type { ReadSecret } from './resolve-secrets.ts';

/** In place of what a caller must not get out of the host by a configuration of their own. */
const STAND_IN = 'http://stand-in.invalid';

/** The environment with its names alone. */
export function standInEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.keys(environment).map((name) => [name, STAND_IN]));
}

/** Secrets with their keys alone. */
export function standInSecrets(read: ReadSecret): ReadSecret {
  return async (name) => {
    const secret = await read(name);
    return secret && Object.fromEntries(Object.keys(secret).map((key) => [key, STAND_IN]));
  };
}

/** What is only wrong with the stand-in may be right with the value. */
export function softened(problems: readonly GatewayProblem[], written: GatewayModel): readonly GatewayProblem[] {
  const uses = [
    ...written.policies,
    ...written.routes.flatMap((route) => [...route.policies, ...route.authenticate.schemes]),
  ];
  const unsure = new Set(
    uses
      .filter(({ config }) => /"(?:secret:|http:\/\/stand-in)/.test(JSON.stringify(config)))
      .map(({ place }) => keyOf(place)),
  );
  return problems.map((problem) =>
    unsure.has(keyOf(problem.place)) && problem.severity === 'error' ? { ...problem, severity: 'warning' } : problem,
  );
}

function keyOf({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
