/** Everything a plugin may import from Backplane. The list is the contract: `sdk/api.md` is made from it and checked. */
export { type Action, type ActionCall, type ActionSpec, defineAction, type RunInfo } from './action/action.ts';
export type { CustomSecret, OAuthSecret, SecretRequirement } from './action/secret-requirement.ts';
export {
  type BlobBucket,
  type BlobFacts,
  type BlobStore,
  type BlobStoreSpec,
  defineBlobStore,
} from './contributions/blob-store.ts';
export { type ConsolePage, type ConsolePageSpec, defineConsolePage } from './contributions/console-page.ts';
export type { ByteStream, Context, Described, Opened, Opens } from './contributions/context.ts';
export type { Contribution, ContributionKind, ContributionKinds } from './contributions/contribution.ts';
export {
  type Decider,
  type Decision,
  type DecisionPoint,
  type DecisionPointSpec,
  type DecisionQuery,
  defineDecisionPoint,
} from './contributions/decision-point.ts';
export {
  defineEngine,
  type Engine,
  type EngineCommand,
  type EngineDriver,
  type EngineEvent,
  type EngineHost,
  type EngineRun,
  type EngineScheduler,
  type EngineSpec,
} from './contributions/engine.ts';
export {
  type Column,
  type Columns,
  type ColumnTypes,
  defineEntity,
  type Entity,
  type EntitySpec,
  type RowOf,
} from './contributions/entity.ts';
export {
  type Bus,
  type BusMessage,
  type DeliveredMessage,
  defineEventBus,
  type EventBus,
  type EventBusSpec,
  type Subscription,
} from './contributions/event-bus.ts';
export {
  defineExpressionFunction,
  type ExpressionFunction,
  type ExpressionFunctionSpec,
} from './contributions/expression-function.ts';
export { answerHeaders } from './contributions/gateway/answer-headers.ts';
export { byteCount } from './contributions/gateway/byte-count.ts';
export { type CredentialSource, dropCredential, findCredential } from './contributions/gateway/credential-source.ts';
export { DURATION, milliseconds, positiveMilliseconds } from './contributions/gateway/duration.ts';
export type {
  Exchange,
  GatewayRouteAnswer,
  GatewayRouteCall,
  PolicyHeaders,
  PolicyIdentity,
  PolicyReply,
  PolicyRequest,
  PolicyTarget,
  ResponseExchange,
  UpstreamExchange,
} from './contributions/gateway/exchange.ts';
export { type ExchangeTemplate, exchangeTemplate } from './contributions/gateway/exchange-template.ts';
export { type ExpiringCache, expiringCache, singleFlight } from './contributions/gateway/expiring-cache.ts';
export {
  type BodyAccess,
  type BodyNeeds,
  defineGatewayPolicy,
  type FailureMode,
  type GatewayPolicy,
  type GatewayPolicySpec,
  type PolicyContext,
} from './contributions/gateway/gateway-policy.ts';
export type { Identities } from './contributions/gateway/identities.ts';
export {
  askIdentityService,
  fieldOf,
  type IdentityServiceSettings,
  type ServiceAnswer,
} from './contributions/gateway/identity-service.ts';
export { identityUnavailable } from './contributions/gateway/identity-unavailable.ts';
export { type JsonTemplate, jsonTemplate } from './contributions/gateway/json-template.ts';
export type { Counter, Gauge, Histogram, MeterLabels, Meters } from './contributions/gateway/meters.ts';
export type { PolicyConnection } from './contributions/gateway/policy-connection.ts';
export type {
  AttemptOptions,
  PolicyHooks,
  PolicyOutcome,
  PolicyPhase,
  PolicyStep,
} from './contributions/gateway/policy-hooks.ts';
export { type Problem, problemReply } from './contributions/gateway/problem-reply.ts';
export { queryName } from './contributions/gateway/query-name.ts';
export { andThen, type Counted, type Ready, type SharedState } from './contributions/gateway/shared-state.ts';
export {
  type SharedUpdates,
  sharedUpdates,
  type Update,
  type UpdateStep,
} from './contributions/gateway/shared-updates.ts';
export {
  defineLlmProvider,
  type Llm,
  type LlmEvent,
  type LlmMessage,
  type LlmPart,
  type LlmProvider,
  type LlmProviderSpec,
  type LlmRequest,
  type LlmUsage,
  type ModelFacts,
} from './contributions/llm-provider.ts';
export { defineMigration, type Migration, type MigrationSpec } from './contributions/migration.ts';
export {
  defineNotifier,
  type Note,
  type NoteSender,
  type Notifier,
  type NotifierSpec,
} from './contributions/notifier.ts';
export {
  defineOAuthProvider,
  type OAuthGrant,
  type OAuthProvider,
  type OAuthProviderSpec,
  type OAuthSetting,
} from './contributions/oauth-provider.ts';
export type { RawReply, RawRequest } from './contributions/raw-request.ts';
export {
  defineRoute,
  type PathParameters,
  type Route,
  type RouteAccess,
  type RouteActor,
  type RouteCall,
  type RouteReply,
  type RouteSpec,
} from './contributions/route.ts';
export {
  defineSecretStore,
  type SecretReader,
  type SecretStore,
  type SecretStoreSpec,
  type StoredSecret,
} from './contributions/secret-store.ts';
export {
  type Discovery,
  defineServiceDiscovery,
  type Registration,
  type ServiceDiscovery,
  type ServiceDiscoverySpec,
  type ServiceInstance,
  type ServiceQuery,
} from './contributions/service-discovery.ts';
export { defineTemplate, type Template, type TemplateSpec } from './contributions/template.ts';
export {
  defineTrigger,
  type PollResult,
  type PollTriggerSpec,
  type StreamTriggerSpec,
  type Trigger,
  type TriggerCall,
  type TriggerSpec,
  type WebhookTriggerSpec,
} from './contributions/trigger.ts';
export {
  BackplaneError,
  type Blame,
  type ErrorFacts,
  type ErrorRecord,
  type Position,
  type Retry,
} from './errors/backplane-error.ts';
export {
  defineErrors,
  type ErrorCatalogue,
  type ErrorEntry,
  type ErrorFactories,
  type RaiseOptions,
} from './errors/define-errors.ts';
export { parseJson, plainNumbers, stringifyJson } from './json/exact-json.ts';
export { Float, float } from './json/float.ts';
export type { Log } from './log.ts';
export {
  type BoundDependencies,
  type Dependencies,
  type Dependency,
  dependency,
  optionalDependency,
} from './plugin/dependency.ts';
export { definePlugin, type Plugin, type PluginSpec, type StartContext } from './plugin/plugin.ts';
export {
  type ClientOf,
  defineMethod,
  type MethodCall,
  type MethodSpec,
  type Provided,
} from './plugin/provided-method.ts';
export type { BoundConnections, Connection, ConnectionSlot, ConnectionSlots } from './ports/connection.ts';
export type { Condition, Database, FindOptions, Table, Where } from './ports/database.ts';
export type { EventPublisher, Events, PluginEvent, PublishOptions } from './ports/events.ts';
export type { Expressions } from './ports/expressions.ts';
export type { Files } from './ports/files.ts';
export type { Gateway, GatewayReply, GatewayRequest } from './ports/gateway.ts';
export type { Http, HttpBody, HttpReply, HttpRequest } from './ports/http.ts';
export type { KeyValue } from './ports/key-value.ts';
export type { ContextPort, PortName, Ports, StartPorts } from './ports/ports.ts';
export type { ScriptLimits, ScriptOutcome, ScriptRequest, Scripts } from './ports/scripts.ts';
export type { WorkflowRunStatus, Workflows } from './ports/workflows.ts';
export type { AnySchema, InputOf, OutputOf } from './schema.ts';
export { kindOf, SDK_GENERATION, TAG, type Tagged, tag } from './tag.ts';
