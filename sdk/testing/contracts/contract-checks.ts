import type { Context, Opened } from '../../contributions/context.ts';
import type { Contribution, ContributionKind, ContributionKinds } from '../../contributions/contribution.ts';
import { type ContributionIndex, emptyIndex } from '../../host/contribution-index.ts';
import { contributionKind, contributionProblems } from '../../host/contribution-problems.ts';
import { indexDifferences } from '../../host/index-differences.ts';
import { contributionName, indexOf } from '../../host/index-of.ts';
import type { AnySchema } from '../../schema.ts';
import { checkSchema } from '../check-schema.ts';
import { fakeHost } from '../fake-host.ts';
import { hostError } from '../host-errors.ts';
import { watchedHttp } from '../watched-http.ts';
import { actionChecks } from './action-checks.ts';
import { type Check, check, expectEqual } from './check.ts';
import type { ContractOptions } from './contract-options.ts';
import {
  entityChecks,
  expressionFunctionChecks,
  fileChecks,
  migrationChecks,
  oauthProviderChecks,
} from './data-checks.ts';
import { gatewayPolicyChecks } from './policy-checks.ts';
import {
  blobStoreChecks,
  eventBusChecks,
  type Open,
  secretStoreChecks,
  serviceDiscoveryChecks,
} from './store-checks.ts';
import { triggerChecks } from './trigger-checks.ts';

/** Everything that the contracts of a plugin's contributions promise, as a list: run them with any test runner. */
export function contractChecks(options: ContractOptions): Check[] {
  const { plugin, manifest } = options;
  const all = plugin.contributes.flatMap((contribution) => checksOf(contribution, options));
  const migrations = ofKind(plugin.contributes, 'migration');
  return [
    check(`${plugin.id}: a host takes what it contributes`, () => {
      const problems = plugin.contributes.flatMap((one) =>
        contributionProblems(one).map((problem) => `${contributionName(one)}: ${problem}`),
      );
      expectEqual(problems, [], 'what is wrong');
    }),
    check(`${plugin.id}: it starts and stops`, async () => {
      const host = await fakeHost(options);
      await host[Symbol.asyncDispose]();
    }),
    ...(manifest === undefined
      ? []
      : [
          check(`${plugin.id}: its manifest lists what it contributes`, () => {
            const index = { ...emptyIndex(), ...manifest.contributes } as ContributionIndex;
            expectEqual(indexDifferences(index, indexOf(plugin)), [], 'the differences');
          }),
        ]),
    ...(migrations.length === 0 ? [] : migrationChecks(migrations)),
    ...all,
  ];
}

/** Registers the checks with a test runner: `describePlugin({ plugin, manifest, test })` with the `test` of vitest or node:test. */
export function describePlugin(
  options: ContractOptions & { test(name: string, run: () => Promise<void>): unknown },
): void {
  for (const { name, run } of contractChecks(options)) options.test(name, run);
}

function ofKind<K extends ContributionKind>(contributes: readonly Contribution[], kind: K): ContributionKinds[K][] {
  return contributes.filter((one) => contributionKind(one) === kind) as ContributionKinds[K][];
}

function checksOf(contribution: Contribution, options: ContractOptions): Check[] {
  const name = contributionName(contribution);
  const as = <K extends ContributionKind>(_kind: K) => contribution as ContributionKinds[K];
  const configured = options.configs !== undefined && Object.hasOwn(options.configs, name);
  switch (contributionKind(contribution)) {
    case 'action':
      return actionChecks(as('action'), options);
    case 'trigger':
      return triggerChecks(as('trigger'));
    case 'oauth-provider':
      return oauthProviderChecks(as('oauth-provider'));
    case 'expression-function':
      return expressionFunctionChecks(as('expression-function'));
    case 'entity':
      return entityChecks(as('entity'));
    case 'template':
      return fileChecks(as('template'), options.folder);
    case 'console-page':
      return fileChecks(as('console-page'), options.folder);
    case 'gateway-policy':
      return configured ? gatewayPolicyChecks(as('gateway-policy'), options.configs![name]) : [];
    case 'blob-store':
      return configured ? blobStoreChecks(name, opener(as('blob-store'), options)) : [];
    case 'secret-store':
      return configured ? secretStoreChecks(name, opener(as('secret-store'), options)) : [];
    case 'event-bus':
      return configured ? eventBusChecks(name, opener(as('event-bus'), options)) : [];
    case 'service-discovery':
      return configured ? serviceDiscoveryChecks(name, opener(as('service-discovery'), options)) : [];
    default:
      return [];
  }
}

interface Openable<Driver> {
  readonly name: string;
  readonly config: AnySchema;
  readonly uses?: readonly string[];
  open(context: Context<any, any>): Promise<Driver> | Driver;
}

function opener<Driver>(
  contribution: Openable<Driver>,
  { configs, http, ports }: ContractOptions,
): Open<Driver & Opened> {
  return async () => {
    const checked = await checkSchema(contribution.config, configs![contribution.name]);
    if ('problems' in checked) throw new Error(`the configuration does not fit: ${checked.problems.join('; ')}`);
    const { signal } = new AbortController();
    const lent: object = { ...ports, http };
    const missing = contribution.uses?.find((port) => lent[port as never] === undefined);
    if (missing !== undefined)
      throw hostError('PLUGIN_PORT_UNAVAILABLE', `${contribution.name} needs \`${missing}\`; hand one to the checks.`);
    const context = {
      ...ports,
      config: checked.value,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      signal,
      ...(http === undefined ? {} : { http: watchedHttp(http, undefined, signal, () => undefined) }),
    };
    return (await contribution.open(context as never)) as Driver & Opened;
  };
}
