import type { DataSource } from 'typeorm';
import { raise } from '../errors/catalogue.ts';
import { withCodedFailures } from '../storage/coded-failures.ts';
import { isUuid } from '../storage/uuid-text.ts';
import type { Decisions } from './create-access.ts';
import { DEFAULT_ORGANIZATION, DEFAULT_PLACE, type Place, type Places } from './place.ts';
import type { Standing } from './standing.ts';

type Whole = Required<Place>;

/** Finds workspaces by name or id, of those alone that the actor has to do with. */
export function createPlaces(source: Pick<DataSource, 'query'>, decisions: Pick<Decisions, 'standingOf'>): Places {
  const { candidates, ofId, firstOf } = withCodedFailures({
    /** By name there may be several, in different organisations; the default one's comes first. */
    async candidates(asked: string): Promise<readonly Whole[]> {
      const column = isUuid(asked) ? 'id' : 'name';
      return source.query(
        `SELECT organization_id AS organization, id AS workspace FROM workspace WHERE ${column} = $1
          ORDER BY organization_id <> $2, created_at, id`,
        [asked, DEFAULT_ORGANIZATION],
      );
    },
    async ofId(id: string): Promise<Whole | undefined> {
      const [row] = await source.query(
        'SELECT organization_id AS organization, id AS workspace FROM workspace WHERE id = $1',
        [id],
      );
      return row;
    },
    async firstOf(organizations: readonly string[], workspaces: readonly string[]): Promise<Whole | undefined> {
      const [row] = await source.query(
        `SELECT organization_id AS organization, id AS workspace FROM workspace
          WHERE organization_id = ANY($1::uuid[]) OR id = ANY($2::uuid[]) ORDER BY created_at, id LIMIT 1`,
        [organizations, workspaces],
      );
      return row;
    },
  });

  // A standing is made anew whenever something changes that concerns it.
  const found = new WeakMap<Standing, Map<string, Whole>>();

  const findOwn = async (standing: Standing, asked: string | undefined): Promise<Whole> => {
    const { everywhere, organizations, workspaces } = reachOf(standing);
    if (asked === undefined) {
      if (everywhere || workspaces.has(DEFAULT_PLACE.workspace)) return DEFAULT_PLACE;
      // Whoever belongs nowhere may ask about themselves, and is refused everything else in this place too.
      return (await firstOf([...organizations], [...workspaces])) ?? DEFAULT_PLACE;
    }
    const isOwn = ({ organization, workspace }: Whole) =>
      everywhere || organizations.has(organization) || workspaces.has(workspace);
    const own = (await candidates(asked)).find(isOwn);
    if (own === undefined) throw raise.WORKSPACE_NOT_FOUND({ asked });
    return own;
  };

  const findOfKey = async (workspace: string, asked: string | undefined): Promise<Whole> => {
    const place = await ofId(workspace);
    const isMeant = async () =>
      asked === undefined ||
      asked === workspace ||
      (await candidates(asked)).some((one) => one.workspace === workspace);
    if (place === undefined || !(await isMeant())) throw raise.WORKSPACE_NOT_FOUND({ asked: asked ?? workspace });
    return place;
  };

  return {
    async find(actor, asked) {
      if (actor.kind === 'host') {
        const place = asked === undefined ? DEFAULT_PLACE : (await candidates(asked))[0];
        if (place === undefined) throw raise.WORKSPACE_NOT_FOUND({ asked: asked! });
        return place;
      }
      const standing = await decisions.standingOf(actor);
      if (standing === undefined) return DEFAULT_PLACE;
      const bound = actor.key?.workspace;
      const wanted = JSON.stringify([bound, asked]);
      const known = found.get(standing) ?? new Map<string, Whole>();
      found.set(standing, known);
      const place =
        known.get(wanted) ?? (await (bound === undefined ? findOwn(standing, asked) : findOfKey(bound, asked)));
      known.set(wanted, place);
      return place;
    },
  };
}

/** Where somebody belongs. */
function reachOf({ active, platformRole, grants }: Standing) {
  const wide = grants.filter(({ workspace, scopes }) => workspace === undefined && scopes.has('workspace:read'));
  return {
    everywhere: active && platformRole === 'admin',
    organizations: new Set(wide.map(({ organization }) => organization)),
    workspaces: new Set(grants.flatMap(({ workspace }) => workspace ?? [])),
  };
}
