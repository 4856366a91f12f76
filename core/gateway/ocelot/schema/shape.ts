/** What stands in a property. */
export type Kind =
  | 'text'
  | 'integer'
  | 'number'
  | 'flag'
  | 'texts'
  | 'pairs'
  | { readonly map: Shape }
  | { readonly list: Shape };

export interface Property {
  readonly kind: Kind;
  /** Names of older versions. */
  readonly old?: readonly string[];
  /** A name of older versions itself, and what is said today. */
  readonly today?: string;
  /** Ocelot knows the name and does nothing with it here. */
  readonly unused?: string;
  /** Not Ocelot's: a name that Backplane gives a meaning, and the meaning. */
  readonly extension?: string;
}

export type Shape = Readonly<Record<string, Property>>;

const text = { kind: 'text' } as const;
const integer = { kind: 'integer' } as const;
const flag = { kind: 'flag' } as const;
const texts = { kind: 'texts' } as const;
const pairs = { kind: 'pairs' } as const;

const authentication: Shape = {
  AllowAnonymous: flag,
  AllowedScopes: texts,
  AuthenticationProviderKeys: texts,
  AuthenticationProviderKey: { kind: 'text', today: 'AuthenticationProviderKeys' },
  Optional: { kind: 'flag', extension: 'callers without a credential go on without an identity' },
};

const cache: Shape = { TtlSeconds: integer, Region: text, Header: text, EnableContentHashing: flag };

const handler: Shape = {
  AllowAutoRedirect: flag,
  MaxConnectionsPerServer: integer,
  PooledConnectionLifetimeSeconds: integer,
  UseCookieContainer: flag,
  UseProxy: flag,
  UseTracing: flag,
};

const balancer: Shape = { Type: text, Key: text, Expiry: integer };

const qos: Shape = {
  MinimumThroughput: { kind: 'integer', old: ['ExceptionsAllowedBeforeBreaking'] },
  BreakDuration: { kind: 'integer', old: ['DurationOfBreak'] },
  FailureRatio: { kind: 'number' },
  SamplingDuration: integer,
  Timeout: { kind: 'integer', old: ['TimeoutValue'] },
};

const rateLimit: Shape = {
  EnableRateLimiting: flag,
  ClientIdHeader: text,
  ClientWhitelist: texts,
  Limit: integer,
  Period: text,
  // A text like `1m` today, seconds in the old name.
  Wait: { kind: 'text', old: ['PeriodTimespan'] },
  StatusCode: { kind: 'integer', old: ['HttpStatusCode'] },
  QuotaMessage: { kind: 'text', old: ['QuotaExceededMessage'] },
  EnableHeaders: flag,
  DisableRateLimitHeaders: { kind: 'flag', today: 'EnableHeaders, with the opposite value' },
  KeyPrefix: { kind: 'text', old: ['RateLimitCounterPrefix'] },
};

const security: Shape = { IPAllowedList: texts, IPBlockedList: texts, ExcludeAllowedFromBlocked: flag };

const grouped = (shape: Shape): Property => ({
  kind: { map: { ...shape, RouteKeys: { kind: 'texts', old: ['ReRouteKeys'] } } },
});

const shared: Shape = {
  AuthenticationOptions: { kind: { map: authentication } },
  CacheOptions: { kind: { map: cache }, old: ['FileCacheOptions'] },
  DownstreamHttpVersion: text,
  DownstreamHttpVersionPolicy: text,
  DownstreamScheme: text,
  HttpHandlerOptions: { kind: { map: handler } },
  Key: text,
  LoadBalancerOptions: { kind: { map: balancer } },
  Metadata: pairs,
  QoSOptions: { kind: { map: qos } },
  RateLimitOptions: { kind: { map: rateLimit } },
  ServiceName: text,
  ServiceNamespace: text,
  Timeout: integer,
};

export const ROUTE_SHAPE: Shape = {
  ...shared,
  UpstreamPathTemplate: text,
  UpstreamHttpMethod: texts,
  UpstreamHost: text,
  UpstreamHeaderTemplates: pairs,
  Priority: integer,
  RouteIsCaseSensitive: { kind: 'flag', old: ['ReRouteIsCaseSensitive'] },
  DownstreamPathTemplate: text,
  DownstreamHostAndPorts: { kind: { list: { Host: text, Port: integer } } },
  DownstreamHost: { kind: 'text', today: 'DownstreamHostAndPorts' },
  DownstreamPort: { kind: 'integer', today: 'DownstreamHostAndPorts' },
  DownstreamHttpMethod: text,
  RouteClaimsRequirement: pairs,
  AddHeadersToRequest: pairs,
  AddClaimsToRequest: pairs,
  AddQueriesToRequest: pairs,
  ChangeDownstreamPathTemplate: pairs,
  UpstreamHeaderTransform: pairs,
  DownstreamHeaderTransform: pairs,
  SecurityOptions: { kind: { map: security } },
  DelegatingHandlers: texts,
  RequestIdKey: text,
  DangerousAcceptAnyServerCertificateValidator: flag,
  RateLimiting: { kind: { map: {} }, unused: 'no version of Ocelot reads it yet' },
  HealthCheck: {
    kind: { map: { Path: text, Timeout: integer } },
    extension: 'targets are asked whether they are healthy',
  },
};

export const DYNAMIC_ROUTE_SHAPE: Shape = {
  ...shared,
  RateLimitRule: { kind: { map: rateLimit }, today: 'RateLimitOptions' },
};

export const AGGREGATE_SHAPE: Shape = {
  RouteKeys: { kind: 'texts', old: ['ReRouteKeys'] },
  RouteKeysConfig: {
    kind: { list: { RouteKey: { kind: 'text', old: ['ReRouteKey'] }, JsonPath: text, Parameter: text } },
    old: ['ReRouteKeysConfig'],
  },
  UpstreamPathTemplate: text,
  UpstreamHost: text,
  UpstreamHeaderTemplates: pairs,
  UpstreamHttpMethod: texts,
  RouteIsCaseSensitive: { kind: 'flag', old: ['ReRouteIsCaseSensitive'] },
  Priority: integer,
  Aggregator: text,
};

export const GLOBAL_SHAPE: Shape = {
  BaseUrl: text,
  RequestIdKey: text,
  AuthenticationOptions: grouped(authentication),
  CacheOptions: { ...grouped(cache), old: ['FileCacheOptions'] },
  HttpHandlerOptions: grouped(handler),
  LoadBalancerOptions: grouped(balancer),
  QoSOptions: grouped(qos),
  RateLimitOptions: grouped(rateLimit),
  UpstreamHeaderTransform: pairs,
  DownstreamHeaderTransform: pairs,
  SecurityOptions: { kind: { map: security } },
  DownstreamHttpVersion: text,
  DownstreamHttpVersionPolicy: text,
  DownstreamScheme: text,
  Metadata: pairs,
  MetadataOptions: {
    kind: {
      map: { CurrentCulture: text, NumberStyle: text, Separators: texts, StringSplitOption: text, TrimChars: texts },
    },
  },
  ServiceDiscoveryProvider: {
    kind: {
      map: {
        Scheme: text,
        Host: text,
        Port: integer,
        Type: text,
        Token: text,
        ConfigurationKey: text,
        PollingInterval: integer,
        Namespace: text,
      },
    },
  },
  Timeout: integer,
};

export const FILE_SHAPE: Shape = {
  Routes: { kind: { list: ROUTE_SHAPE }, old: ['ReRoutes'] },
  DynamicRoutes: { kind: { list: DYNAMIC_ROUTE_SHAPE } },
  Aggregates: { kind: { list: AGGREGATE_SHAPE } },
  GlobalConfiguration: { kind: { map: GLOBAL_SHAPE } },
};
