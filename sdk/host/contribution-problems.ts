import type { ContributionKind } from '../contributions/contribution.ts';
import { kindOf } from '../tag.ts';
import { INDEX_KEYS, NAME_RULES } from './contribution-index.ts';
import { CAPABILITY_OF } from './port-capability.ts';

/** What a member must be; `?` behind it: it may be absent. */
type Shape =
  | 'text'
  | 'text?'
  | 'function'
  | 'function?'
  | 'schema'
  | 'schema?'
  | 'list'
  | 'list?'
  | 'object'
  | 'object?'
  | 'number?';

const described = { title: 'text', summary: 'text', docsUrl: 'text?', deprecated: 'text?' } as const;
const opens = { ...described, config: 'schema', uses: 'list?', open: 'function' } as const;

/** The members of each kind beyond its name. */
const SHAPES: Readonly<Record<ContributionKind, Readonly<Record<string, Shape>>>> = {
  action: {
    ...described,
    group: 'text?',
    input: 'schema',
    output: 'schema?',
    effect: 'text',
    idempotent: 'text',
    uses: 'list?',
    secrets: 'list?',
    connections: 'object?',
    deps: 'object?',
    timeoutMs: 'number?',
    aliases: 'list?',
    run: 'function',
  },
  trigger: { ...described, input: 'schema', event: 'schema', mode: 'text', connections: 'object?', uses: 'list?' },
  template: { file: 'text' },
  'oauth-provider': { ...described, grants: 'list', endpoints: 'object', scopes: 'object', sendTokenTo: 'list' },
  'gateway-policy': {
    ...described,
    config: 'schema',
    phases: 'list',
    onFailure: 'text',
    uses: 'list?',
    create: 'function',
  },
  'service-discovery': opens,
  'secret-store': opens,
  'blob-store': opens,
  'event-bus': opens,
  engine: { ...described, config: 'schema', open: 'function' },
  'decision-point': opens,
  'expression-function': { summary: 'text', parameters: 'list', examples: 'list', call: 'function' },
  'llm-provider': opens,
  notifier: opens,
  route: {
    ...described,
    method: 'text',
    path: 'text',
    access: 'object',
    query: 'schema?',
    body: 'schema?',
    bodyAs: 'text?',
    reply: 'schema?',
    uses: 'list?',
    timeoutMs: 'number?',
    maxBodyBytes: 'number?',
    handle: 'function',
  },
  entity: { columns: 'object', indexes: 'list?' },
  migration: { up: 'list' },
  'console-page': { title: 'text', file: 'text', scope: 'text', place: 'text?', icon: 'text?' },
};

const EXPECTED: Readonly<Record<string, string>> = {
  text: 'a text that is not empty',
  function: 'a function',
  schema: 'a schema of a library that speaks Standard Schema (zod, valibot, arktype …)',
  list: 'a list',
  object: 'an object',
  number: 'a number above 0',
};

type Members = Readonly<Record<string, unknown>>;

/** The kind of a value that one of the `define*` functions made. */
export function contributionKind(value: unknown): ContributionKind | undefined {
  const kind = kindOf(value);
  return kind !== undefined && Object.hasOwn(INDEX_KEYS, kind) ? (kind as ContributionKind) : undefined;
}

/** What is wrong with one contribution, one line each; none when a host would take it. Reads getters: may throw what they throw. */
export function contributionProblems(value: unknown): string[] {
  const kind = contributionKind(value);
  if (kind === undefined) {
    const found = kindOf(value);
    return [
      found === undefined ? 'is not made with one of the `define…` functions' : `is of the unknown kind \`${found}\``,
    ];
  }
  const members = value as Members;
  const shapes = Object.entries(SHAPES[kind]).flatMap(([name, shape]) => shapeProblem(name, members[name], shape));
  return [...nameProblem(kind, members), ...shapes, ...portProblems(members), ...(RULES[kind]?.(members) ?? [])];
}

function nameProblem(kind: ContributionKind, members: Members): string[] {
  const name = kind === 'route' ? `${String(members['method'])} ${String(members['path'])}` : members['name'];
  const { pattern, expected } = NAME_RULES[kind];
  return typeof name === 'string' && pattern.test(name)
    ? []
    : [`${kind === 'route' ? 'path' : 'name'}: expected ${expected}`];
}

function shapeProblem(name: string, value: unknown, shape: Shape): string[] {
  if (shape.endsWith('?') && value === undefined) return [];
  const wanted = shape.replace('?', '');
  return fits(value, wanted) ? [] : [`${name}: expected ${EXPECTED[wanted]}`];
}

function fits(value: unknown, wanted: string): boolean {
  switch (wanted) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'function':
      return typeof value === 'function';
    case 'number':
      return typeof value === 'number' && value > 0;
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return isSchema(value);
  }
}

/** Whether it is a schema of a library that speaks Standard Schema. Functions count: some libraries make them so. */
export function isSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard = (value as { '~standard'?: { validate?: unknown } })['~standard'];
  return typeof standard === 'object' && standard !== null && typeof standard.validate === 'function';
}

function portProblems({ uses }: Members): string[] {
  if (!Array.isArray(uses)) return [];
  return uses
    .filter((port) => typeof port !== 'string' || !Object.hasOwn(CAPABILITY_OF, port))
    .map((port) => `uses: there is no port \`${String(port)}\`; known are ${Object.keys(CAPABILITY_OF).join(', ')}`);
}

const oneOf = (name: string, value: unknown, known: readonly string[]): string[] =>
  known.includes(value as string) ? [] : [`${name}: expected one of ${known.join(', ')}`];

const CLOSED = ['authenticate', 'authorize'];

/** What the shapes cannot say. */
const RULES: Readonly<Partial<Record<ContributionKind, (members: Members) => string[]>>> = {
  action: ({ effect, idempotent }) => [
    ...oneOf('effect', effect, ['pure', 'read', 'write', 'destructive']),
    ...oneOf('idempotent', idempotent, ['always', 'with-key', 'never']),
  ],
  trigger: (trigger) => {
    const needs: Readonly<Record<string, readonly string[]>> = {
      poll: ['poll', 'dedupeKey'],
      webhook: ['verify', 'receive'],
      stream: ['open', 'dedupeKey'],
    };
    const { mode, everyMs } = trigger;
    const modes = oneOf('mode', mode, Object.keys(needs));
    if (modes.length > 0) return modes;
    const missing = needs[mode as string]!.flatMap((name) => shapeProblem(name, trigger[name], 'function'));
    const often = mode === 'poll' && !(typeof everyMs === 'number' && everyMs >= 1000);
    return often ? [...missing, 'everyMs: expected at least 1000'] : missing;
  },
  'gateway-policy': ({ phases, onFailure }) => [
    ...oneOf('onFailure', onFailure, ['open', 'closed']),
    ...(onFailure === 'open' && Array.isArray(phases) && phases.some((phase) => CLOSED.includes(phase))
      ? ['onFailure: a policy that authenticates or authorises fails closed']
      : []),
  ],
  route: ({ access, bodyAs = 'value', body }) => {
    const { scope, public: open, why } = (access ?? {}) as Members;
    const isPublic = open === true && fits(why, 'text');
    return [
      ...(fits(scope, 'text') || isPublic ? [] : ['access: expected `{ scope }`, or `{ public: true, why }`']),
      ...oneOf('bodyAs', bodyAs, ['value', 'stream']),
      ...(bodyAs === 'stream' && body !== undefined ? ['body: a stream has no schema'] : []),
    ];
  },
  'oauth-provider': ({ sendTokenTo, endpoints }) => [
    ...(Array.isArray(sendTokenTo) && sendTokenTo.length === 0
      ? ['sendTokenTo: name the hosts that may have the token']
      : []),
    ...Object.entries((endpoints ?? {}) as Members)
      .filter(([, url]) => typeof url !== 'string' || !url.startsWith('https://'))
      .map(([name]) => `endpoints.${name}: expected an address that starts with https://`),
  ],
  'console-page': ({ file }) => insideProblem('file', file),
  template: ({ file }) => insideProblem('file', file),
};

function insideProblem(name: string, path: unknown): string[] {
  const leadsOut = typeof path === 'string' && (path.startsWith('/') || path.split(/[\\/]/).includes('..'));
  return leadsOut ? [`${name}: expected a path inside the folder of the plugin`] : [];
}
