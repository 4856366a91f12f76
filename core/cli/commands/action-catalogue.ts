import { raise } from '../../errors/catalogue.ts';
import { onceLoaded } from '../../plugins/actions/lazy-action.ts';
import type { ActionInfo } from '../../registry/runnable-action.ts';
import { openBench } from '../open-bench.ts';
import { printJson, printProblems } from '../output.ts';

interface CatalogueOptions {
  readonly config?: string;
  readonly data?: string;
  readonly templates?: readonly string[];
  readonly json?: boolean;
}

/** `backplane action list`: every action that can be called. */
export async function listActions(options: CatalogueOptions): Promise<void> {
  await using bench = await openBench(options);
  printProblems(bench.problems);
  const all = () => bench.registry.list().map(({ info }) => info);
  if (options.json)
    return printJson(
      await onceLoaded(() =>
        all().map(({ name, kind, title, description, group, origin, source }) => ({
          name,
          kind,
          title,
          description,
          group,
          origin,
          ...(source !== undefined && { source }),
        })),
      ),
    );
  const actions = await onceLoaded(() => all().map(({ name, title }) => ({ name, title })));
  const width = Math.max(...actions.map((action) => action.name.length));
  for (const action of actions) process.stdout.write(`${action.name.padEnd(width)}  ${action.title}\n`);
}

/** `backplane action show NAME`: arguments, secrets and origin of one action. */
export async function showAction(name: string, options: CatalogueOptions): Promise<void> {
  await using bench = await openBench(options);
  const action = bench.registry.get(name);
  if (action === undefined) throw raise.ACTION_NOT_FOUND({ name, suggestion: bench.registry.suggest(name) });
  const info = await onceLoaded(() => ({ ...action.info }));
  if (options.json) return printJson(info);
  const properties = (info.inputSchema['properties'] ?? {}) as Record<string, { description?: string }>;
  const required = (info.inputSchema['required'] ?? []) as readonly string[];
  process.stdout.write(`${info.name}: ${info.title}\n${info.description}\nfrom ${originText(info)}\n`);
  for (const [argument, schema] of Object.entries(properties)) {
    const { description = '', ...type } = schema;
    process.stdout.write(
      `  ${argument}${required.includes(argument) ? ' (required)' : ''}: ${JSON.stringify(type)}  ${description}\n`,
    );
  }
  for (const secret of info.secrets) process.stdout.write(`  secret ${JSON.stringify(secret)}\n`);
}

function originText({ origin, source }: ActionInfo): string {
  if (source === undefined) return origin;
  const { use, commit, file } = source;
  return `${origin} (${[use, ...(commit === undefined ? [] : [`commit ${commit}`]), ...(file === undefined ? [] : [file])].join(', ')})`;
}
