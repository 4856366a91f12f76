import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express from 'express';

export interface SamlIdp extends AsyncDisposable {
  readonly url: string;
  /** What it says of whoever comes next. */
  person: { id: string; email: string; name: string };
}

/** A SAML identity provider that shares no code with the host. Everybody who comes is `person`. */
export async function openSamlIdp(
  entityId: string,
  files: { key: string; certificate: string },
  acs: () => string,
): Promise<SamlIdp> {
  const samlp = createRequire(import.meta.url)('samlp') as { auth(options: object): express.RequestHandler };
  const idp = { person: { id: 'ada', email: 'ada@idp.example', name: 'Ada' } };
  const app = express().set('query parser', 'simple');
  app.get('/sso', (request, response, next) =>
    samlp.auth({
      issuer: entityId,
      cert: files.certificate,
      key: files.key,
      destination: acs(),
      recipient: acs(),
      lifetimeInSeconds: 300,
      getPostURL: (_audience: string, _request: unknown, _http: unknown, done: (error: null, url: string) => void) =>
        done(null, acs()),
      getUserFromRequest: () => ({
        id: idp.person.id,
        emails: [{ value: idp.person.email }],
        displayName: idp.person.name,
        name: { givenName: idp.person.name, familyName: 'L' },
      }),
    })(request, response, next),
  );
  const server = createServer(app);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return Object.assign(idp, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sso`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  });
}
