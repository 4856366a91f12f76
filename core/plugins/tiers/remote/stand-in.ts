import { type ContributionKind, defineAction, defineMethod, definePlugin, tag } from '@backplane/sdk';
import { INDEX_KEYS } from '@backplane/sdk/host';
import { z } from 'zod';
import { raise } from '../../../errors/catalogue.ts';
import type { SchemaIssue } from '../../actions/standard-schema.ts';
import { type AdoptedPlugin, adoptPlugin } from '../../adopt-plugin.ts';
import type { Manifest } from '../../manifest/manifest-schema.ts';
import { KIND_SHAPES, METHOD_SHAPE } from '../crossing/kind-shapes.ts';
import { checkMembers, checkName } from '../crossing/schema-checks.ts';
import type { Members } from '../crossing/shape.ts';
import type { TierName } from '../tier.ts';
import { type Caller, remoteFunctions } from './remote-functions.ts';
import { anySchema, askedSchema, promisedSchema } from './remote-schema.ts';

const schema = z.record(z.string(), z.unknown());
const lent = z.object({
  ref: z.int().nonnegative(),
  has: z.array(z.string()).max(100),
  schemas: z.record(z.string(), z.object({ input: schema, output: schema })),
  data: schema,
});
type Lent = z.output<typeof lent>;

const MOST = 10_000;
const description = z.object({
  takesConfig: z.boolean(),
  starts: z.boolean(),
  uses: z.array(z.string()).max(100),
  deps: z.record(z.string(), z.object({ plugin: z.string(), optional: z.boolean() })),
  actions: z.array(z.looseObject({ name: z.string(), input: schema, output: schema.optional() })).max(MOST),
  others: z
    .array(lent.extend({ kind: z.enum(Object.keys(INDEX_KEYS) as [ContributionKind, ...ContributionKind[]]) }))
    .max(MOST),
  methods: z.array(lent.extend({ name: z.string() })).max(MOST),
});

/** What stands in for the plugin's code here; the code is elsewhere. */
export interface Elsewhere extends Caller {
  readonly tier: TierName;
  checkConfig(config: unknown): Promise<readonly SchemaIssue[] | null>;
  start(context: object): Promise<void>;
  act(action: string, call: object): Promise<unknown>;
}

/**
 * A plugin made of what its side says of it, checked by the very code that checks plugins in this process: a plugin that lies about
 * itself over there is found out here. Results are compared with the JSON Schema that was promised. Input is not: schemas
 * convert (`"5"` for a number), which JSON Schema cannot say, and a plugin that lets wrong input in wrongs itself only.
 * Throws what {@link adoptPlugin} throws, and PLUGIN_TIER_KIND.
 */
export function standIn(claim: unknown, manifest: Manifest, elsewhere: Elsewhere): AdoptedPlugin {
  const read = description.safeParse(claim);
  if (!read.success)
    throw raise.PLUGIN_EXPORT_INVALID({ id: manifest.id, problem: 'describes itself in a way that makes no sense' });
  const { takesConfig, starts, uses, deps, actions, others, methods } = read.data;
  const contributes = actions.map(({ input, output, ...data }) =>
    defineAction({
      ...data,
      input: anySchema(input),
      ...(output === undefined ? {} : { output: promisedSchema(output) }),
      run: (call: object) => elsewhere.act(data.name, call),
    } as never),
  );
  const plugin = definePlugin({
    id: manifest.id,
    contributes: [...contributes, ...others.map((other) => contributionOf(other, manifest, elsewhere))],
    uses,
    deps,
    provides: Object.fromEntries(methods.map((method) => [method.name, methodOf(method, elsewhere)])),
    ...(takesConfig ? { config: configSchema(elsewhere) } : {}),
    ...(starts ? { start: (context: object) => elsewhere.start(context) } : {}),
  } as never);
  return adoptPlugin(plugin, manifest);
}

function contributionOf({ kind, ...claim }: Lent & { kind: ContributionKind }, { id }: Manifest, caller: Elsewhere) {
  const shape = KIND_SHAPES[kind];
  if (shape.is === 'trusted') throw raise.PLUGIN_TIER_KIND({ id, tier: caller.tier, kind, because: shape.because });
  const { name, method, path } = claim.data;
  const label = String(name ?? `${String(method)} ${String(path)}`);
  const made = shape.is === 'functions' ? membersOf(label, claim, shape.members, shape.schemas, caller) : {};
  return tag(kind, { ...claim.data, ...made });
}

function methodOf({ name, ...claim }: Lent & { readonly name: string }, caller: Caller) {
  const { members, schemas } = METHOD_SHAPE;
  return defineMethod({ ...claim.data, ...membersOf(name, claim, members, schemas, caller) } as never);
}

/** Functions and schemas in the place of those over there. */
function membersOf(
  label: string,
  { ref, has, schemas }: Lent,
  members: Members,
  roles: Readonly<Record<string, 'given' | 'made'>>,
  caller: Caller,
): object {
  const known = Object.keys(schemas).filter((name) => Object.hasOwn(roles, name));
  const checks = checkMembers(known);
  const all = { ...members, ...checks };
  const functions = remoteFunctions(label, { ref, has: [...has, ...Object.keys(checks)] }, all, caller);
  const check = (name: string) => (functions as Record<string, (value: unknown) => Promise<unknown>>)[checkName(name)]!;
  return {
    ...Object.fromEntries(Object.entries(functions).filter(([name]) => has.includes(name))),
    ...Object.fromEntries(known.map((name) => [name, askedSchema(schemas[name]!, roles[name]!, check(name))])),
  };
}

/** Checked over there, and converted there once more when the plugin starts: converted values need not be data. */
function configSchema(elsewhere: Elsewhere) {
  return {
    '~standard': {
      version: 1,
      vendor: 'backplane',
      async validate(value: unknown) {
        const issues = await elsewhere.checkConfig(value);
        return issues === null ? { value } : { issues };
      },
    },
  };
}
