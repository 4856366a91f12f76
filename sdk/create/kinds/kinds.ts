import { action } from './action.ts';
import { expressionFunction } from './expression-function.ts';
import { gatewayPolicy } from './gateway-policy.ts';
import type { KindScaffold } from './kind-scaffold.ts';
import { notifier } from './notifier.ts';
import { oauthProvider } from './oauth-provider.ts';
import { route } from './route.ts';
import { template } from './template.ts';
import { trigger } from './trigger.ts';

/** Every kind of contribution that a new plugin can begin with. */
export const KINDS = {
  action,
  trigger,
  route,
  template,
  'oauth-provider': oauthProvider,
  'gateway-policy': gatewayPolicy,
  'expression-function': expressionFunction,
  notifier,
} as const satisfies Readonly<Record<string, KindScaffold>>;

export type Kind = keyof typeof KINDS;
