import { nameOf } from '../../identity/oidc/oidc-provider.ts';
import type { Identity } from '../../identity/open-identity.ts';

export type WaysToSignIn = Awaited<ReturnType<typeof waysToSignIn>>;

/** The ways that are open, in the order in which the page offers them. */
export async function waysToSignIn({ config, passwords, oidc, saml }: Identity) {
  const link = (kind: 'oidc' | 'saml', all: Identity['oidc'] | Identity['saml']) =>
    [...all.values()].map((one) => ({
      id: one.config.id,
      name: nameOf(one.config),
      url: `/api/auth/${kind}/${one.config.id}/start`,
    }));
  return {
    basic: config.types.includes('basic'),
    registration: config.basic.registration,
    needsFirstAdmin: await passwords.registration.needsFirstAdmin(),
    oidc: link('oidc', oidc),
    saml: link('saml', saml),
  };
}
