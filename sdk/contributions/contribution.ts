import type { Action } from '../action/action.ts';
import type { BlobStore } from './blob-store.ts';
import type { ConsolePage } from './console-page.ts';
import type { DecisionPoint } from './decision-point.ts';
import type { Engine } from './engine.ts';
import type { Entity } from './entity.ts';
import type { EventBus } from './event-bus.ts';
import type { ExpressionFunction } from './expression-function.ts';
import type { GatewayPolicy } from './gateway/gateway-policy.ts';
import type { LlmProvider } from './llm-provider.ts';
import type { Migration } from './migration.ts';
import type { Notifier } from './notifier.ts';
import type { OAuthProvider } from './oauth-provider.ts';
import type { Route } from './route.ts';
import type { SecretStore } from './secret-store.ts';
import type { ServiceDiscovery } from './service-discovery.ts';
import type { Template } from './template.ts';
import type { Trigger } from './trigger.ts';

/** Everything a plugin can bring, by kind. */
export interface ContributionKinds {
  action: Action;
  trigger: Trigger;
  template: Template;
  'oauth-provider': OAuthProvider;
  'gateway-policy': GatewayPolicy;
  'service-discovery': ServiceDiscovery;
  'secret-store': SecretStore;
  'blob-store': BlobStore;
  'event-bus': EventBus;
  engine: Engine;
  'decision-point': DecisionPoint;
  'expression-function': ExpressionFunction;
  'llm-provider': LlmProvider;
  notifier: Notifier;
  route: Route;
  entity: Entity;
  migration: Migration;
  'console-page': ConsolePage;
}

export type ContributionKind = keyof ContributionKinds;
export type Contribution = ContributionKinds[ContributionKind];
