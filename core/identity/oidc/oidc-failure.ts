import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';

/** What a provider says of itself may come from whoever made the link: only plain words are repeated. */
const plain = (text: unknown) =>
  String(text)
    .replace(/[^\w .,:/'"()-]/g, ' ')
    .slice(0, 200)
    .replace(/[\s.]+$/, '');

/** The coded error of a sign-in that failed: the provider is away or broken, or its answer does not hold. */
export function oidcFailure(provider: string, thrown: unknown): unknown {
  const { cause, code, error, message, status } = thrown as {
    readonly cause?: unknown;
    readonly code?: string;
    readonly error?: string;
    readonly message?: string;
    readonly status?: number;
  };
  const coded = BackplaneError.is(thrown) ? thrown : BackplaneError.is(cause) ? cause : undefined;
  const isAway = coded !== undefined || code === 'OAUTH_TIMEOUT' || (status ?? 0) >= 500;
  const about = { provider, cause: plain(error ?? coded?.message ?? message) };
  return isAway
    ? raise.OIDC_PROVIDER_FAILED(about, { cause: thrown })
    : raise.OIDC_ANSWER_REFUSED(about, { cause: thrown });
}
