import { randomUUID } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { AccessBase } from '../access-base.ts';
import type { Account } from '../access-cache.ts';
import type { Actor } from '../actor.ts';
import { DEFAULT_WORKSPACE } from '../place.ts';
import { storing } from '../storing.ts';

export interface Workspace {
  readonly id: string;
  readonly organization: string;
  /** Short and unique in its organisation: what commands and headers say. */
  readonly name: string;
  readonly title: string;
  readonly createdAt: Date;
}

export interface Workspaces {
  /** Those that the actor may see. */
  list(actor: Actor): Promise<readonly Workspace[]>;
  /** Throws ACCESS_NOT_FOUND. */
  get(id: string): Promise<Workspace>;
  /** A user who makes one owns it. */
  create(actor: Actor, organization: string, workspace: Pick<Workspace, 'name' | 'title'>): Promise<Workspace>;
  update(id: string, change: Partial<Pick<Workspace, 'name' | 'title'>>): Promise<Workspace>;
  /** Throws ACCESS_IN_USE while something in it stands in the way, ACCESS_FIXED for the first one. */
  delete(id: string): Promise<void>;
}

const COLUMNS = 'w.id, w.organization_id AS organization, w.name, w.title, w.created_at AS "createdAt"';
const mayMatter = `w.organization_id IN (SELECT organization_id FROM membership WHERE subject_id = $1
  OR group_id IN (SELECT group_id FROM access_group_member WHERE user_id = $1))`;

export function createWorkspaces({ source, decisions }: AccessBase): Workspaces {
  const get = async (id: string) => {
    const [row]: readonly Workspace[] = await source.query(`SELECT ${COLUMNS} FROM workspace w WHERE w.id = $1`, [id]);
    if (row === undefined) throw raise.ACCESS_NOT_FOUND({ what: 'workspace', asked: id });
    return row;
  };
  const seen = async (actor: Account, rows: readonly Workspace[]) => {
    const verdicts = await Promise.all(
      rows.map(({ id, organization }) => decisions.can(actor, 'workspace:read', { organization, workspace: id })),
    );
    return rows.filter((_, index) => verdicts[index]!.allowed);
  };
  return storing<Workspaces>({
    async list(actor) {
      const isAdmin = actor.kind === 'host' || (await decisions.can(actor, 'host:read', {})).allowed;
      const [where, values] = isAdmin ? ['true', []] : [mayMatter, [actor.id]];
      const rows: readonly Workspace[] = await source.query(
        `SELECT ${COLUMNS} FROM workspace w WHERE ${where} ORDER BY w.name, w.id`,
        values,
      );
      return actor.kind === 'host' ? rows : seen(actor, rows);
    },
    get,
    async create(actor, organization, { name, title }) {
      const id = randomUUID();
      await source.transaction(async (tx) => {
        await tx.query('INSERT INTO workspace (id, organization_id, name, title) VALUES ($1, $2, $3, $4)', [
          id,
          organization,
          name,
          title,
        ]);
        if (actor.kind === 'user')
          await tx.query(
            `INSERT INTO membership (id, organization_id, workspace_id, user_id, preset) VALUES ($1, $2, $3, $4, 'owner')`,
            [randomUUID(), organization, id, actor.id],
          );
      });
      await decisions.changed();
      return get(id);
    },
    async update(id, { name, title }) {
      await source.query(
        'UPDATE workspace SET name = coalesce($2, name), title = coalesce($3, title), updated_at = now() WHERE id = $1',
        [id, name ?? null, title ?? null],
      );
      await decisions.changed();
      return get(id);
    },
    async delete(id) {
      if (id === DEFAULT_WORKSPACE) throw raise.ACCESS_FIXED({ what: 'The first workspace' });
      await source.query('DELETE FROM workspace WHERE id = $1', [id]);
      await decisions.changed();
    },
  });
}
