import { DEFAULT_ORGANIZATION, DEFAULT_WORKSPACE } from '../storage/default-place.ts';
import type { Actor } from './actor.ts';

/** Where something is done: in a workspace, without one in the organisation itself, without either on the host itself. */
export interface Place {
  readonly organization?: string;
  readonly workspace?: string;
}

export { DEFAULT_ORGANIZATION, DEFAULT_WORKSPACE };

export const DEFAULT_PLACE: Required<Place> = { organization: DEFAULT_ORGANIZATION, workspace: DEFAULT_WORKSPACE };

/** Finds the workspace that a request is meant for. */
export interface Places {
  /**
   * The workspace of this name or id, without one the actor's own first.
   * @throws WORKSPACE_NOT_FOUND when there is none, and in the same words when the actor has nothing to do with it
   */
  find(actor: Actor, asked: string | undefined): Required<Place> | Promise<Required<Place>>;
}
