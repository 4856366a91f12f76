import { randomBytes, randomUUIDv7 } from 'node:crypto';
import type { DataSource, EntityManager, Repository } from 'typeorm';
import { LessThan } from 'typeorm/find-options/operator/LessThan.js';
import { raise } from '../errors/catalogue.ts';
import { withCodedFailures } from './coded-failures.ts';
import { type WorkflowRow, workflowEntity } from './entities/workflow-entity.ts';
import { workflowVersionEntity } from './entities/workflow-version-entity.ts';
import { fromCursor, toCursor } from './id-cursor.ts';
import { keepFileSchedules } from './keep-file-schedules.ts';
import { isUuid } from './uuid-text.ts';
import type {
  KeptWithVersion,
  StoredWorkflowEntry,
  StoredWorkflowSource,
  WebhookAddress,
  WorkflowContent,
  WorkflowStore,
} from './workflow-store.ts';

export function createWorkflowStore(source: DataSource): WorkflowStore {
  const workflows = source.getRepository(workflowEntity);
  const versions = source.getRepository(workflowVersionEntity);
  return withCodedFailures<WorkflowStore>({
    create: (workflow) => create(source, workflow),
    update: (id, change) => update(source, id, change),
    async get(workspaceId, idOrAlias) {
      const byAlias = { workspaceId, alias: idOrAlias };
      const row = await workflows.findOneBy(isUuid(idOrAlias) ? [{ workspaceId, id: idOrAlias }, byAlias] : byAlias);
      return row === null ? undefined : fromRow(row);
    },
    async byId(id) {
      const row = isUuid(id) ? await workflows.findOneBy({ id }) : null;
      return row === null ? undefined : fromRow(row);
    },
    list: (workspace, page) => list(workflows, workspace, page),
    async mentioning(text) {
      const rows = await workflows
        .createQueryBuilder('w')
        .select('w.id')
        .where('strpos(w.source, :text) > 0', { text })
        .getMany();
      return rows.map(({ id }) => id);
    },
    async delete(id) {
      return isUuid(id) && (await workflows.delete({ id })).affected === 1;
    },
    async versions(id) {
      if (!isUuid(id)) return [];
      const rows = await versions.find({
        where: { workflowId: id },
        order: { version: 'DESC' },
        select: { version: true, title: true, createdAt: true, author: true },
      });
      return rows.map(({ version, title, createdAt, author }) => ({
        version,
        title,
        createdAt: createdAt.toISOString(),
        ...(author !== null && { author }),
      }));
    },
    async version(id, version) {
      return isUuid(id) ? (await versions.findOneBy({ workflowId: id, version }))?.source : undefined;
    },
    async kept(id, version) {
      const row = isUuid(id) ? await versions.findOneBy({ workflowId: id, version }) : null;
      return row === null ? {} : { actions: row.actions, author: row.author };
    },
    async findByWebhookPath(path) {
      const row = await workflows
        .createQueryBuilder('w')
        .addSelect('w.webhookSecret')
        .where('w.webhookPath = :path', { path })
        .getOne();
      return row === null ? undefined : { ...fromRow(row), webhookSecret: row.webhookSecret };
    },
    webhookSecret: (id, { rotate = false } = {}) => webhookSecret(workflows, id, rotate),
  });
}

async function create(
  source: DataSource,
  workflow: Parameters<WorkflowStore['create']>[0],
): Promise<StoredWorkflowSource> {
  const now = new Date();
  const { workspace: workspaceId, alias, title, source: text, webhook, schedules = [] } = workflow;
  const row = {
    id: randomUUIDv7(),
    workspaceId,
    alias,
    title,
    version: 1,
    source: text,
    ...webhookColumns(webhook),
    createdAt: now,
    updatedAt: now,
  };
  await explainingConflicts({ alias, webhook }, () =>
    source.transaction(async (manager) => {
      await manager.insert(workflowEntity, { ...row, webhookSecret: newSecret() } as WorkflowRow);
      await keepVersion(manager, row, workflow);
      await keepFileSchedules(manager, row.id, schedules);
    }),
  );
  return fromRow(row);
}

async function update(
  source: DataSource,
  id: string,
  change: WorkflowContent & { readonly expectedVersion?: number },
): Promise<StoredWorkflowSource> {
  return explainingConflicts({ alias: '', webhook: change.webhook }, () =>
    source.transaction(async (manager) => {
      const found = isUuid(id)
        ? await manager.findOne(workflowEntity, { where: { id }, lock: { mode: 'pessimistic_write' } })
        : null;
      if (found === null) throw raise.WORKFLOW_NOT_FOUND({ id });
      const expected = change.expectedVersion ?? found.version;
      if (found.version !== expected) throw raise.WORKFLOW_VERSION_CONFLICT({ expected, found: found.version });
      const { title, source: text, webhook, schedules = [] } = change;
      const next = {
        ...found,
        title,
        source: text,
        ...webhookColumns(webhook),
        version: found.version + 1,
        updatedAt: new Date(),
      };
      const { id: _, workspaceId: __, alias: ___, createdAt: ____, webhookSecret: _____, ...changed } = next;
      await manager.update(workflowEntity, { id }, changed as object);
      await keepVersion(manager, next, change);
      await keepFileSchedules(manager, id, schedules);
      return fromRow(next);
    }),
  );
}

async function keepVersion(
  manager: EntityManager,
  row: Omit<WorkflowRow, 'webhookSecret'>,
  { actions, author }: KeptWithVersion,
): Promise<void> {
  const { id: workflowId, version, title, source, updatedAt: createdAt } = row;
  await manager.insert(workflowVersionEntity, {
    workflowId,
    version,
    title,
    source,
    createdAt,
    actions: (actions ?? null) as object,
    author: (author ?? null) as object,
  });
}

async function list(
  workflows: Repository<WorkflowRow>,
  workspaceId: string,
  { limit, cursor }: { limit: number; cursor?: string },
) {
  const where = { workspaceId, ...(cursor !== undefined && { id: LessThan(fromCursor(cursor)) }) };
  const rows = await workflows.find({ where, order: { id: 'DESC' }, take: limit + 1 });
  const items = rows.slice(0, limit).map((row) => entryOf(row));
  return rows.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.id) } : { items };
}

async function webhookSecret(workflows: Repository<WorkflowRow>, id: string, rotate: boolean): Promise<string> {
  if (!isUuid(id)) throw raise.WORKFLOW_NOT_FOUND({ id });
  if (rotate) await workflows.update({ id }, { webhookSecret: newSecret() });
  const row = await workflows.findOne({ where: { id }, select: { id: true, webhookSecret: true } });
  if (row === null) throw raise.WORKFLOW_NOT_FOUND({ id });
  return row.webhookSecret;
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function webhookColumns(webhook: WebhookAddress | undefined) {
  return { webhookPath: webhook?.path ?? null, webhookMethods: webhook?.methods ?? null };
}

function entryOf(row: Omit<WorkflowRow, 'webhookSecret' | 'source'>): StoredWorkflowEntry {
  const { id, workspaceId: workspace, alias, title, version, webhookPath, webhookMethods } = row;
  const webhook = webhookPath === null ? {} : { webhook: { path: webhookPath, methods: webhookMethods ?? [] } };
  return {
    id,
    workspace,
    alias,
    title,
    version,
    ...webhook,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function fromRow(row: Omit<WorkflowRow, 'webhookSecret'>): StoredWorkflowSource {
  return { ...entryOf(row), source: row.source };
}

/** Lets the database decide who was first, and says so in the user's words. */
async function explainingConflicts<T>(
  wanted: { readonly alias: string; readonly webhook: WebhookAddress | undefined },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { constraint } = error as { readonly constraint?: string };
    if (constraint === 'workflow_alias') throw raise.WORKFLOW_ALIAS_TAKEN({ alias: wanted.alias });
    if (constraint === 'workflow_webhook_path') throw raise.WEBHOOK_PATH_TAKEN({ path: wanted.webhook!.path });
    throw error;
  }
}
