/** Every scope there is, besides `action:<name>:execute`, and what it lets one do. `resource:*` and `*` stand for several. */
export const SCOPES = {
  'workflow:read': 'See workflows, their versions and checks',
  'workflow:create': 'Create workflows',
  'workflow:update': 'Change workflows, their schedules and webhooks',
  'workflow:delete': 'Delete workflows',
  'workflow:execute': 'Start, repeat, pause, resume and cancel runs',
  'run:read': 'See runs with their inputs and results',
  'run:delete': 'Delete runs that have ended',
  'interaction:read': 'See what steps ask people',
  'interaction:respond': 'Answer what steps ask',
  'action:read': 'See the catalogue of actions and templates',
  'secret:read': 'See the names of secrets, never their values',
  'secret:create': 'Create secrets',
  'secret:update': 'Change and rotate secrets',
  'secret:delete': 'Delete secrets',
  'variable:read': 'See variables and their values',
  'variable:write': 'Create, change and delete variables',
  'connection:read': 'See connections, never their tokens',
  'connection:write': 'Connect, reconnect and revoke',
  'workspace:read': 'See the workspace and its members',
  'workspace:update': 'Change the name and settings of the workspace',
  'workspace:delete': 'Delete the workspace with all in it',
  'workspace:create': 'Create workspaces in the organisation',
  'member:invite': 'Invite people and change roles in the workspace',
  'member:remove': 'Remove people from the workspace',
  'organization:create': 'Create and delete organisations on the host',
  'organization:read': 'See the organisation',
  'organization:update': 'Change the organisation and its settings',
  'organization:member': 'Invite people to the organisation, change their roles, remove them',
  'role:write': 'Create, change and delete custom roles and groups',
  'service:write': 'Create, change and delete service accounts and their keys',
  'audit:read': 'Read and export the audit log',
  'plugin:read': 'See plugins, their plan and lock, and Git sources',
  'plugin:manage': 'Apply, approve, roll back and remove plugins, and promote Git sources',
  'host:read': 'See the hosts, and their metrics',
  'gateway:read': 'See the gateway of the host: routes, upstreams, policies, and what would become of a request',
  'gateway:update': 'Reload the gateway, empty its caches',
  'user:manage': 'See, create, disable and delete all users of the host',
} as const;

/** `action:tools.slack.*:execute` with any glob. */
export type ActionScope = `action:${string}:execute`;
/** What the host asks for; the routes of plugins ask for scopes of their own besides, such as `acme:tickets:read`. */
export type Scope = keyof typeof SCOPES | ActionScope;

/** What lies outside every organisation: only platform admins have these. */
export const HOST_SCOPES: readonly (keyof typeof SCOPES)[] = [
  'organization:create',
  'plugin:read',
  'plugin:manage',
  'host:read',
  'gateway:read',
  'gateway:update',
  'user:manage',
];
