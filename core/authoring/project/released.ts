import type { PluginFacts } from '../bench/plugin-facts.ts';
import type { PluginProject } from './plugin-project.ts';

type Schema = Readonly<Record<string, any>>;

/** What workflows may rely on of a version that was published. Kept as `released.json` beside the manifest. */
export interface Released {
  readonly version: string;
  readonly actions: Readonly<Record<string, { readonly input: Schema; readonly output?: Schema }>>;
  readonly aliases: readonly string[];
}

export const RELEASED = 'released.json';

export function released({ version, actions }: PluginFacts): Released {
  return {
    version,
    actions: Object.fromEntries(
      actions.map(({ name, inputSchema, outputSchema }) => [
        name,
        { input: inputSchema, ...(outputSchema === undefined ? {} : { output: outputSchema }) },
      ]),
    ),
    aliases: actions.flatMap(({ aliases }) => aliases).toSorted(),
  };
}

/** Undefined when nothing was published yet, or the file is not one of ours. */
export function readReleased(project: PluginProject): Released | undefined {
  try {
    const value = JSON.parse(project.read(RELEASED) ?? 'null') as Released | null;
    return value !== null && typeof value.version === 'string' && typeof value.actions === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What would break a workflow that was written for `before`, one sentence each. */
export function breakingChanges(before: Released, now: Released): string[] {
  return Object.entries(before.actions).flatMap(([name, old]) => {
    const action = now.actions[name];
    if (action === undefined) return now.aliases.includes(name) ? [] : [`\`${name}\` is gone, and no alias leads on`];
    return [
      ...inputBreaks(name, old.input, action.input),
      ...outputBreaks(name, old.output ?? {}, action.output ?? {}),
    ];
  });
}

function inputBreaks(name: string, old: Schema, now: Schema): string[] {
  const before: Schema = old['properties'] ?? {};
  const after: Schema = now['properties'] ?? {};
  const required: readonly string[] = now['required'] ?? [];
  const wasRequired: readonly string[] = old['required'] ?? [];
  return [
    ...Object.keys(before)
      .filter((key) => after[key] === undefined)
      .map((key) => `\`${name}\` lost the argument \`${key}\``),
    ...required.filter((key) => !wasRequired.includes(key)).map((key) => `\`${name}\` needs the argument \`${key}\``),
    ...Object.keys(before)
      .filter((key) => after[key] !== undefined && typeOf(before[key]) !== typeOf(after[key]))
      .map((key) => `the argument \`${key}\` of \`${name}\` has another type`),
  ];
}

function outputBreaks(name: string, old: Schema, now: Schema): string[] {
  const before: Schema = old['properties'] ?? {};
  const after: Schema = now['properties'] ?? {};
  return Object.keys(before).flatMap((key) => {
    if (after[key] === undefined) return [`the result of \`${name}\` lost \`${key}\``];
    return typeOf(before[key]) === typeOf(after[key])
      ? []
      : [`\`${key}\` in the result of \`${name}\` has another type`];
  });
}

function typeOf(schema: Schema): string {
  return JSON.stringify(schema['type'] ?? null);
}
