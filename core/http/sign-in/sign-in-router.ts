import express, { Router } from 'express';
import { MOST_XML_BYTES } from '../../identity/saml/saml-problem.ts';
import { basicRoutes, type SignInRouteServices } from './basic-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { mountOpenRoute, type OpenRoute } from './open-route.ts';
import { oidcRoutes, samlRoutes } from './provider-routes.ts';
import { samlLogoutRoutes } from './saml-logout-routes.ts';

/** Every address of sign-in below `/api`. */
export function signInRoutes(services: SignInRouteServices): OpenRoute[] {
  return [
    ...basicRoutes(services),
    ...deviceRoutes(services),
    ...oidcRoutes(services),
    ...samlRoutes(services),
    ...samlLogoutRoutes(services),
  ];
}

/** A form with a SAML response is three bytes for each byte of Base64 at worst; everything else is small. */
const MOST_BYTES = MOST_XML_BYTES * 3;

export function signInRouter(services: SignInRouteServices): Router {
  const router = Router();
  const body = express.raw({ type: () => true, limit: MOST_BYTES });
  const baseUrl = () => services.identity.baseUrl();
  for (const route of signInRoutes(services)) mountOpenRoute(router, route, { ...services, body, baseUrl });
  return router;
}
