import type { ContributionKind } from '../contributions/contribution.ts';

/** Under which key of `contributes` a kind stands in the manifest. */
export const INDEX_KEYS = {
  action: 'actions',
  trigger: 'triggers',
  template: 'templates',
  'oauth-provider': 'oauthProviders',
  'gateway-policy': 'gatewayPolicies',
  'service-discovery': 'serviceDiscoveries',
  'secret-store': 'secretStores',
  'blob-store': 'blobStores',
  'event-bus': 'eventBuses',
  engine: 'engines',
  'decision-point': 'decisionPoints',
  'expression-function': 'expressionFunctions',
  'llm-provider': 'llmProviders',
  notifier: 'notifiers',
  route: 'routes',
  entity: 'entities',
  migration: 'migrations',
  'console-page': 'consolePages',
} as const satisfies Record<ContributionKind, string>;

export type IndexKey = (typeof INDEX_KEYS)[ContributionKind];

/** Keys whose value is a plain list of names. */
export type NameListKey = Exclude<IndexKey, 'templates'>;

/** What a plugin brings, by name, so that its code need not run to be known. The manifest holds it; the code is the truth. */
export type ContributionIndex = { readonly [K in NameListKey]: readonly string[] } & {
  /** Name → file. */
  readonly templates: Readonly<Record<string, string>>;
  /** Former and alternative names of actions and triggers: alias → name. */
  readonly aliases: Readonly<Record<string, string>>;
  /** What other plugins may call. */
  readonly methods: readonly string[];
};

export const NAME_LIST_KEYS = Object.values(INDEX_KEYS).filter((key) => key !== 'templates') as readonly NameListKey[];

const dotted = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+$/;
const kebab = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const snake = /^[a-z][a-z0-9_]*$/;
const DOTTED = 'a dotted name of lower-case letters, digits and underscores, such as `tools.acme.greet`';
const KEBAB = 'a name of lower-case letters, digits and single dashes';
const SNAKE = 'a name of lower-case letters, digits and underscores';

/** How names of a kind look, and how to say it. */
export const NAME_RULES: Readonly<Record<ContributionKind, { readonly pattern: RegExp; readonly expected: string }>> = {
  action: { pattern: dotted, expected: DOTTED },
  trigger: { pattern: dotted, expected: DOTTED },
  template: { pattern: dotted, expected: DOTTED },
  'oauth-provider': { pattern: snake, expected: SNAKE },
  'gateway-policy': { pattern: kebab, expected: KEBAB },
  'service-discovery': { pattern: kebab, expected: KEBAB },
  'secret-store': { pattern: kebab, expected: KEBAB },
  'blob-store': { pattern: kebab, expected: KEBAB },
  'event-bus': { pattern: kebab, expected: KEBAB },
  engine: { pattern: kebab, expected: KEBAB },
  'decision-point': { pattern: kebab, expected: KEBAB },
  'expression-function': { pattern: snake, expected: SNAKE },
  'llm-provider': { pattern: kebab, expected: KEBAB },
  notifier: { pattern: kebab, expected: KEBAB },
  route: {
    pattern:
      /^(?:GET|POST|PUT|PATCH|DELETE) \/(?:[A-Za-z0-9._~-]+|\{[a-z][A-Za-z0-9_]*\})?(?:\/(?:[A-Za-z0-9._~-]+|\{[a-z][A-Za-z0-9_]*\}))*$/,
    expected: 'a method and a path such as `GET /tickets/{ticket}`',
  },
  entity: { pattern: snake, expected: SNAKE },
  migration: { pattern: /^[0-9]{4}_[a-z0-9_]+$/, expected: 'four digits and a name, such as `0001_tickets`' },
  'console-page': { pattern: kebab, expected: KEBAB },
};

/** An index in which nothing stands. */
export function emptyIndex(): ContributionIndex {
  const lists = Object.fromEntries(NAME_LIST_KEYS.map((key) => [key, []])) as unknown as Record<NameListKey, string[]>;
  return { ...lists, templates: {}, aliases: {}, methods: [] };
}
