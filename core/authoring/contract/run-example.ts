import { isDeepStrictEqual } from 'node:util';
import { plainNumbers } from '@backplane/sdk';
import type { BenchOutcome } from '../bench/bench-messages.ts';
import type { PluginBench } from '../bench/open-plugin-bench.ts';
import type { ActionFacts, ExampleFacts } from '../bench/plugin-facts.ts';
import type { PluginProject } from '../project/plugin-project.ts';

/** What became of an example. */
export type ExampleRun =
  | { readonly state: 'held'; readonly outcome: BenchOutcome }
  | { readonly state: 'broken'; readonly problem: string }
  /** It would need a network, and there is no recording. */
  | { readonly state: 'unrecorded'; readonly file: string }
  /** It needs what only a host has. */
  | { readonly state: 'lacking'; readonly problem: string };

const ON_HOSTS_ALONE: readonly string[] = [
  'PLUGIN_PORT_UNAVAILABLE',
  'PLUGIN_CONNECTION_MISSING',
  'PLUGIN_DEPENDENCY_UNAVAILABLE',
];

/** Where the recorded answers for an action's requests lie, in the format of `--http-fixture`. */
export const fixtureOf = (action: string) => `fixtures/${action}.json`;

/** Runs an example as it stands. Requests are answered from the action's recording, never from the network. */
export async function runExample(
  bench: PluginBench,
  project: PluginProject,
  action: ActionFacts,
  example: ExampleFacts,
): Promise<ExampleRun> {
  const recorded = project.read(fixtureOf(action.name));
  if (recorded === undefined && action.uses.includes('http'))
    return { state: 'unrecorded', file: fixtureOf(action.name) };
  const outcome = await bench.call({
    action: action.name,
    input: example.input as Readonly<Record<string, unknown>>,
    secrets: placeholderSecrets(action),
    httpFixture: recorded === undefined ? [] : JSON.parse(recorded),
  });
  if (outcome.error !== undefined) {
    const { code, message } = outcome.error;
    if (ON_HOSTS_ALONE.includes(code)) return { state: 'lacking', problem: message };
    return { state: 'broken', problem: `${code}: ${message}` };
  }
  if (example.output === undefined || isDeepStrictEqual(plainNumbers(outcome.result), plainNumbers(example.output)))
    return { state: 'held', outcome };
  return { state: 'broken', problem: `gives ${JSON.stringify(plainNumbers(outcome.result))}, not what it promises` };
}

/** A value for every secret that an action declares; recordings do not care which. */
export function placeholderSecrets({
  secrets,
}: ActionFacts): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(
    secrets.map((secret) => {
      if (secret.type === 'custom')
        return [secret.name, Object.fromEntries(secret.keys.map((key) => [key, 'example']))];
      const owner = secret.grantType === 'client_credentials' ? 'SERVICE' : 'USER';
      return [`${secret.providerId}_oauth`, { [`${secret.providerId.toUpperCase()}_${owner}_TOKEN`]: 'example' }];
    }),
  );
}
