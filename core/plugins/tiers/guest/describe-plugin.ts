import { jsonSchemaOf, type StandardSchema, validate } from '../../actions/standard-schema.ts';
import type { AdoptedContribution } from '../../adopt-contributions.ts';
import type { AdoptedPlugin } from '../../adopt-plugin.ts';
import { KIND_SHAPES, METHOD_SHAPE } from '../crossing/kind-shapes.ts';
import { checkMembers, checkName } from '../crossing/schema-checks.ts';
import type { Members } from '../crossing/shape.ts';
import type { GuestFunctions } from './guest-functions.ts';

/** All of a plugin that is data: schemas translated, functions replaced by the numbers under which they are called from now on. */
export function describePlugin(plugin: AdoptedPlugin, functions: GuestFunctions): object {
  const schemaOf = (schema: StandardSchema) => ({
    input: jsonSchemaOf(schema, 'input'),
    output: jsonSchemaOf(schema, 'output'),
  });

  function lent(value: object, members: Members, roles: Readonly<Record<string, 'given' | 'made'>>): object {
    const entries = Object.entries(value);
    const schemas = Object.fromEntries(
      entries.filter(([name, member]) => Object.hasOwn(roles, name) && member !== undefined),
    ) as Record<string, StandardSchema>;
    const checks = Object.entries(schemas).map(([name, schema]) => [checkName(name), checkOf(schema, roles[name]!)]);
    const has = Object.keys(members).filter((name) => typeof (value as Members)[name] === 'function');
    const target = { ...value, ...Object.fromEntries(checks) };
    return {
      ref: functions.lend(target, { ...members, ...checkMembers(Object.keys(schemas)) }, schemas),
      has,
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schemaOf(schema)])),
      data: Object.fromEntries(
        entries.filter(
          ([name, member]) => !has.includes(name) && !Object.hasOwn(schemas, name) && typeof member !== 'function',
        ),
      ),
    };
  }

  function contribution({ kind, value }: AdoptedContribution): object {
    const shape = KIND_SHAPES[kind];
    return shape.is === 'functions'
      ? { kind, ...lent(value, shape.members, shape.schemas) }
      : { kind, ref: 0, has: [], schemas: {}, data: value };
  }

  return {
    takesConfig: plugin.config !== undefined,
    starts: plugin.start !== undefined,
    uses: plugin.uses,
    deps: plugin.deps,
    actions: plugin.actions.map(({ run: _run, input, output, ...data }) => ({
      ...data,
      input: jsonSchemaOf(input as StandardSchema, 'input'),
      ...(output === undefined ? {} : { output: jsonSchemaOf(output as StandardSchema, 'output') }),
    })),
    others: plugin.others.map(contribution),
    methods: Object.entries(plugin.provides).map(([name, method]) => ({
      name,
      ...lent(method, METHOD_SHAPE.members, METHOD_SHAPE.schemas),
    })),
  };
}

/** What the host is told of a value: what is wrong with it, or, where the host works with it, what the schema makes of it. */
function checkOf(schema: StandardSchema, role: 'given' | 'made') {
  return async (value: unknown): Promise<object> => {
    const outcome = await validate(schema, value);
    if (!outcome.ok) return { issues: outcome.issues };
    return role === 'made' ? { value: outcome.value } : {};
  };
}
