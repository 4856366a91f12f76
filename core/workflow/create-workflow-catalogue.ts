import { raise } from '../errors/catalogue.ts';
import { formatProblem } from '../language/source/format-problem.ts';
import { parseYaml } from '../language/source/parse-yaml.ts';
import type { ActionRegistry, SecretSource } from '../registry/runnable-action.ts';
import type { StoredWorkflowSource, WebhookAddress, WorkflowStore } from '../storage/workflow-store.ts';
import { actionPins, pinned } from './action-pins.ts';
import { type CheckedFile, checkWorkflow } from './check-workflow.ts';
import { scheduleEntries } from './schedule/schedule-entries.ts';
import { secretValue } from './secret-value.ts';
import { surroundingWarnings } from './surrounding-warnings.ts';
import { namedSecretKeys, type SecretKey, type WebhookTrigger } from './webhook-trigger.ts';
import { readAuthor } from './workflow-author.ts';
import type {
  GivenSource,
  RunnableWorkflow,
  SavedWorkflow,
  WebhookTarget,
  WorkflowCatalogue,
  WorkspaceWorkflows,
} from './workflow-catalogue.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

export interface CatalogueOptions {
  readonly store: WorkflowStore;
  readonly registry: ActionRegistry;
  /** Where a trigger's `secret: name.KEY` is found. */
  readonly secrets: SecretSource;
  /** Names of the variables that there are; absent: nobody knows them. */
  variables?(workspace: string): Promise<readonly string[]>;
  /** Told after every change, when schedules may have come, changed or gone. */
  onChanged?(): void;
}

type AcceptedWorkflow = Required<CheckedFile>;

/** A catalogue that remembers what it has checked until it is told, by itself or by another host, that something has changed. */
export function createWorkflowCatalogue(options: CatalogueOptions): WorkflowCatalogue {
  const { store, registry, secrets, onChanged } = options;
  const runnables = new Map<string, Promise<RunnableWorkflow | undefined>>();
  const webhooks = new Map<string, Promise<WebhookTarget | undefined>>();
  const forget = () => {
    runnables.clear();
    webhooks.clear();
    onChanged?.();
  };

  const check = (source: string, file: string) => checkWorkflow(parseYaml(source, file), registry);
  const contentOf = (
    definition: WorkflowDefinition,
    { alias, source, author }: Pick<GivenSource, 'source' | 'author'> & { readonly alias: string },
  ) => ({
    source,
    author,
    title: definition.title,
    actions: actionPins(definition, registry),
    ...addressOf(definition, alias),
    schedules: scheduleEntries(definition),
  });
  const actionsOf = ({ actions }: WorkflowDefinition) => [
    ...new Set(actions.map(({ action }) => registry.get(action)?.info.name ?? action)),
  ];
  const accepted = (source: string, file: string): AcceptedWorkflow => {
    const { problems, definition, needs = [], calls = [] } = check(source, file);
    if (definition === undefined)
      throw raise.WORKFLOW_INVALID({ problems: problems.map(formatProblem) }, { details: { problems } });
    return { problems, definition, needs, calls };
  };
  const load = async (stored: StoredWorkflowSource | undefined, version?: number) => {
    if (stored === undefined) return undefined;
    const newest = version === undefined || version === stored.version;
    const source = newest ? stored.source : await store.version(stored.id, version);
    if (source === undefined) return undefined;
    const chosen = version ?? stored.version;
    const { actions, author: kept } = await store.kept(stored.id, chosen);
    const author = readAuthor(kept);
    const definition = {
      ...pinned(accepted(source, stored.alias).definition, actions),
      ...(author !== undefined && { author }),
    };
    return { id: stored.id, workspace: stored.workspace, version: chosen, definition };
  };
  const target = async (path: string): Promise<WebhookTarget | undefined> => {
    const stored = await store.findByWebhookPath(path);
    if (stored === undefined) return undefined;
    const workflow = (await load(stored))!;
    const trigger = webhookOf(workflow.definition);
    if (trigger === undefined) return undefined;
    const keys = namedSecretKeys(trigger);
    const named = await Promise.all(keys.map((key) => namedSecret(key, secrets, stored.workspace)));
    return { workflow, trigger, secrets: named.length > 0 ? named : [stored.webhookSecret] };
  };

  const within = (workspace: string): WorkspaceWorkflows => {
    const found = async (id: string): Promise<StoredWorkflowSource> => {
      const stored = await store.get(workspace, id);
      if (stored === undefined) throw raise.WORKFLOW_NOT_FOUND({ id });
      return stored;
    };
    /** What the other workflows, the secrets and the variables of the workspace add to what the file alone tells. */
    const warningsOf = async (checked: CheckedFile, alias?: string) => {
      const known = async (called: string) => {
        const stored = await store.get(workspace, called);
        return stored && check(stored.source, stored.alias);
      };
      const variables = await options.variables?.(workspace);
      const there = { secrets, known, workspace, ...(variables !== undefined && { variables }) };
      return surroundingWarnings(checked, { ...there, ...(alias !== undefined && { alias }) });
    };
    const find = (id: string, version?: number) =>
      remembered(runnables, JSON.stringify([workspace, id, version ?? null]), async () =>
        load(await store.get(workspace, id), version),
      );
    const update: (
      stored: StoredWorkflowSource,
      ...change: [Parameters<WorkspaceWorkflows['update']>[1]]
    ) => Promise<SavedWorkflow> = async ({ id, alias }, { expectedVersion, allow, ...given }) => {
      const checked = accepted(given.source, alias);
      await allow?.(actionsOf(checked.definition));
      const guard = expectedVersion === undefined ? {} : { expectedVersion };
      const updated = await store.update(id, { ...contentOf(checked.definition, { alias, ...given }), ...guard });
      forget();
      return { ...updated, warnings: await warningsOf(checked, alias) };
    };
    return {
      async check(source, file) {
        const checked = check(source, file);
        return { ...checked, problems: await warningsOf(checked) };
      },
      async create({ alias, allow, ...given }) {
        const checked = accepted(given.source, alias);
        await allow?.(actionsOf(checked.definition));
        const created = await store.create({ workspace, alias, ...contentOf(checked.definition, { alias, ...given }) });
        forget();
        return { ...created, warnings: await warningsOf(checked, alias) };
      },
      update: async (id, change) => update(await found(id), change),
      async adopt(id, by) {
        const stored = await found(id);
        return update(stored, { expectedVersion: stored.version, ...by, source: stored.source });
      },
      get: found,
      async delete(id) {
        await store.delete((await found(id)).id);
        forget();
      },
      list: (page) => store.list(workspace, page),
      versions: async (id) => store.versions((await found(id)).id),
      async runnable(id) {
        const workflow = await find(id);
        if (workflow === undefined) throw raise.WORKFLOW_NOT_FOUND({ id });
        return workflow;
      },
      find,
      async webhookSecret(id, { rotate }) {
        const stored = await found(id);
        if (stored.webhook === undefined) throw raise.WORKFLOW_HAS_NO_WEBHOOK({ id });
        const trigger = webhookOf(accepted(stored.source, stored.alias).definition);
        const [named] = trigger === undefined ? [] : namedSecretKeys(trigger);
        if (named !== undefined) throw raise.WORKFLOW_WEBHOOK_SECRET_NAMED(named);
        const secret = await store.webhookSecret(stored.id, { rotate });
        if (rotate) forget();
        return { path: stored.webhook.path, secret };
      },
    };
  };

  return {
    in: within,
    async byId(id) {
      const workflow = await remembered(runnables, id, async () => load(await store.byId(id)));
      if (workflow === undefined) throw raise.WORKFLOW_NOT_FOUND({ id });
      return workflow;
    },
    mentioning: (text) => store.mentioning(text),
    forget,
    webhook: (path) => remembered(webhooks, path, target),
  };
}

const MOST_REMEMBERED = 10_000;

/** Failures are not remembered, and a crowd of unknown names cannot fill the memory. */
function remembered<T>(cache: Map<string, Promise<T>>, key: string, make: (key: string) => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= MOST_REMEMBERED) cache.clear();
  const made = make(key);
  cache.set(key, made);
  made.then(
    (value) => value === undefined && cache.get(key) === made && cache.delete(key),
    () => cache.get(key) === made && cache.delete(key),
  );
  return made;
}

function webhookOf(definition: WorkflowDefinition): WebhookTrigger | undefined {
  return definition.triggers.find((trigger) => trigger.type === 'webhook');
}

function addressOf(definition: WorkflowDefinition, alias: string): { webhook?: WebhookAddress } {
  const trigger = webhookOf(definition);
  return trigger === undefined ? {} : { webhook: { path: trigger.path ?? alias, methods: trigger.methods } };
}

/** A secret that the trigger names. Throws ACTION_SECRET_MISSING rather than falling back to another one. */
async function namedSecret({ name, key }: SecretKey, secrets: SecretSource, workspace: string): Promise<string> {
  const value = await secretValue(secrets, { name, key }, 'default', workspace);
  if (value === undefined) throw raise.ACTION_SECRET_MISSING({ secret: `${name}.${key}`, environment: 'default' });
  return value;
}
