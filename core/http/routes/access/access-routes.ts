import type { RouteServices } from '../../api-services.ts';
import type { Route } from '../../route.ts';
import { auditRoutes } from './audit-routes.ts';
import { explainRoutes } from './explain-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { invitationRoutes } from './invitation-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { organizationRoutes } from './organization-routes.ts';
import { roleRoutes } from './role-routes.ts';
import { serviceAccountRoutes } from './service-account-routes.ts';
import { workspaceRoutes } from './workspace-routes.ts';

/** Who may do what, and who did what. */
export function accessRoutes(services: RouteServices): Route[] {
  return [
    ...organizationRoutes(services),
    ...workspaceRoutes(services),
    ...memberRoutes(services),
    ...roleRoutes(services),
    ...groupRoutes(services),
    ...invitationRoutes(services),
    ...serviceAccountRoutes(services),
    ...explainRoutes(services),
    ...auditRoutes(services),
  ];
}
