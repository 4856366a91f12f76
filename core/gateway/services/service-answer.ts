import { raise } from '../../errors/catalogue.ts';
import type { NamedService } from './service-name.ts';

/** What a host says of a service that a worker does not know. Milliseconds: how long there is no use in asking again. */
export type ServiceAnswer =
  /** Its targets have been told to all workers. */
  | { readonly is: 'found' }
  | { readonly is: 'unknown'; readonly forMs: number }
  /** The registry could not be asked. */
  | { readonly is: 'unreachable'; readonly forMs: number }
  /** As many are followed as may be, and all are in use. */
  | { readonly is: 'full'; readonly most: number; readonly forMs: number }
  /** More is being looked for than may be. */
  | { readonly is: 'busy'; readonly forMs: number };

export type NotFound = Exclude<ServiceAnswer, { readonly is: 'found' }>;

/** What a caller gets who asked for it. */
export function notFoundError(upstream: string, { service }: Pick<NamedService, 'service'>, answer: NotFound): Error {
  const later = { retryAfterMs: Math.max(1_000, answer.forMs) };
  switch (answer.is) {
    case 'unknown':
      return raise.GATEWAY_SERVICE_UNKNOWN({ service });
    case 'unreachable':
      return raise.GATEWAY_REGISTRY_UNREACHABLE({ upstream }, later);
    case 'full':
      return raise.GATEWAY_SERVICES_FULL({ upstream, most: answer.most }, later);
    case 'busy':
      return raise.GATEWAY_SERVICES_BUSY({ upstream }, later);
  }
}
