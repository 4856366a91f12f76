/** Whose a secret or variable is: a workspace's, or without one that of the organisation, and then of all its workspaces. */
export interface SecretPlace {
  readonly organization: string;
  readonly workspace?: string;
}

/** What names one secret or variable. */
export interface SecretRef extends SecretPlace {
  readonly name: string;
  readonly environment: string;
}

export const DEFAULT_ENVIRONMENT = 'default';

/** Of secrets and variables. */
export const STORED_NAME = /^[a-z0-9_]{1,100}$/;
export const ENVIRONMENT_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** `WHERE` of what is at a place: the ids are $1 and $2. */
export const AT_PLACE = 'organization_id = $1 AND workspace_id IS NOT DISTINCT FROM $2';

export function placeValues({ organization, workspace }: SecretPlace): [string, string | null] {
  return [organization, workspace ?? null];
}

/** What is wrong with the names, in words. */
export function nameProblems({ name, environment }: SecretRef): string[] {
  return [
    ...(STORED_NAME.test(name) ? [] : ['its name may hold lower-case letters, digits and _, at most 100']),
    ...(ENVIRONMENT_NAME.test(environment)
      ? []
      : ['its environment may hold lower-case letters, digits, - and _, at most 63']),
  ];
}
