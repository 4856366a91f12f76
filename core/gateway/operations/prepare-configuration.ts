import type { GatewayProblem } from '../files/gateway-problem.ts';
import type { GatewaySources } from '../files/gateway-sources.ts';
import { readConfiguration } from '../files/read-configuration.ts';
import type { GatewayText } from '../files/read-gateway.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import { isError } from './compile-problems.ts';
import { type ReadSecret, resolveSecrets } from './resolve-secrets.ts';

/** What files say, as far as it can be known without their policies. */
export interface Prepared {
  /** As it is written: secrets stand in it as references. */
  readonly written: GatewayModel;
  /** With the values of secrets; whole only where no problem is an error. */
  readonly model: GatewayModel;
  readonly secrets: readonly string[];
  readonly problems: readonly GatewayProblem[];
  readonly runs: boolean;
  /** What it was read from. */
  readonly texts: readonly GatewayText[];
}

export async function prepareConfiguration(
  sources: GatewaySources,
  { environment, readSecret }: { readonly environment: NodeJS.ProcessEnv; readonly readSecret: ReadSecret },
): Promise<Prepared> {
  const { model: written, problems: found } = readConfiguration(sources, environment);
  const { model, values, problems: missing } = await resolveSecrets(written, readSecret);
  const problems = [...found, ...missing];
  return { written, model, secrets: values, problems, runs: !problems.some(isError), texts: sources.texts };
}
