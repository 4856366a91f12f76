import type { Identity } from '../../identity/open-identity.ts';
import type { EndedSession } from '../../identity/sessions/sessions.ts';

/** Ends ours that came from what a provider has ended, and records it: the provider has signed what it said. `way`: `oidc:<id>`, `saml:<id>`. */
export async function endSessions(
  { sessions, audit }: Pick<Identity, 'sessions' | 'audit'>,
  way: string,
  all: readonly EndedSession[],
  address: string,
): Promise<void> {
  let ended = 0;
  for (const one of all) ended += await sessions.endOfProvider(one);
  if (ended > 0)
    await audit.add({
      actor: { kind: 'host', name: way },
      action: 'session.end',
      outcome: 'done',
      details: { ended },
      address,
    });
}
