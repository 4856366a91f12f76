import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express from 'express';

export interface SamlIdp extends AsyncDisposable {
  readonly url: string;
  /** Signing out; opened without a message, it tells everybody who is signed in through it. */
  readonly signOutUrl: string;
  /** What it says of whoever comes next. */
  person: { id: string; email: string; name: string };
  /** Of the service provider, PEM: assertions are encrypted for it. */
  encryptFor?: { readonly certificate: string; readonly algorithm: string };
  /** Of the service provider, PEM: requests have to be signed by it. */
  signedBy?: string;
  binding: 'redirect' | 'post';
}

interface Participants {
  readonly _participants: unknown[];
}
interface Samlp {
  auth(options: object): express.RequestHandler;
  logout(options: object): express.RequestHandler;
}

/**
 * A SAML identity provider that shares no code with the host. Everybody who comes is `person`. `acs`: of the one service provider
 * that it knows; the addresses of its metadata and of signing out are beside it.
 */
export async function openSamlIdp(
  entityId: string,
  files: { key: string; certificate: string },
  acs: () => string,
): Promise<SamlIdp> {
  const require = createRequire(import.meta.url);
  const samlp = require('samlp') as Samlp;
  const SessionParticipants = require('samlp/lib/sessionParticipants') as new (all: unknown[]) => Participants;
  const participants = new SessionParticipants([]);
  const kept = new Map<string, unknown>();
  const idp: Pick<SamlIdp, 'person' | 'encryptFor' | 'signedBy' | 'binding'> = {
    person: { id: 'ada', email: 'ada@idp.example', name: 'Ada' },
    binding: 'redirect',
  };
  const beside = (name: string) => acs().replace(/acs$/, name);
  const app = express().set('query parser', 'simple').use(express.urlencoded());
  app.get('/sso', (request, response, next) => {
    const { person, encryptFor, signedBy } = idp;
    const sessionIndex = `_${randomUUID()}`;
    participants._participants.push({
      serviceProviderId: beside('metadata'),
      sessionIndex,
      nameId: person.id,
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      serviceProviderLogoutURL: beside('slo'),
      ...(signedBy !== undefined && { cert: signedBy }),
    });
    samlp.auth({
      issuer: entityId,
      cert: files.certificate,
      key: files.key,
      destination: acs(),
      recipient: acs(),
      lifetimeInSeconds: 300,
      sessionIndex,
      ...(signedBy !== undefined && { signingCert: signedBy }),
      ...(encryptFor !== undefined && {
        encryptionPublicKey: encryptFor.certificate,
        encryptionCert: encryptFor.certificate,
        encryptionAlgorithm: encryptFor.algorithm,
      }),
      getPostURL: (_audience: string, _request: unknown, _http: unknown, done: (error: null, url: string) => void) =>
        done(null, acs()),
      getUserFromRequest: () => ({
        id: person.id,
        emails: [{ value: person.email }],
        displayName: person.name,
        name: { givenName: person.name, familyName: 'L' },
      }),
    })(request, response, next);
  });
  app.all('/slo', (request, response, next) => {
    request.body ??= {};
    samlp.logout({
      issuer: entityId,
      cert: files.certificate,
      key: files.key,
      deflate: true,
      protocolBinding: `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${idp.binding === 'post' ? 'POST' : 'Redirect'}`,
      sessionParticipants: participants,
      store: {
        save(_request: unknown, state: unknown, done: (error: null, id: string) => void) {
          const id = randomUUID();
          kept.set(id, state);
          done(null, id);
        },
        load: (_request: unknown, id: string, ...rest: ((error: null, state: unknown) => void)[]) =>
          rest.at(-1)!(null, kept.get(id)),
        update: (_request: unknown, id: string, state: unknown, done: (error: null) => void) =>
          done(kept.set(id, state) && null),
      },
    })(request, response, next);
  });
  const server = createServer(app);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(idp, {
    url: `${base}/sso`,
    signOutUrl: `${base}/slo`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  });
}
