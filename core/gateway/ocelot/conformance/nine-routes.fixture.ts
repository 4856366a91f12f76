/** The routing matrix of the first users: what is asked for, row by row. */
export const MATRIX = [
  { path: '/api/auth', host: 'identity-api', port: 5228, auth: 'optional', limit: 100 },
  { path: '/api/users', host: 'identity-api', port: 5228, auth: 'required', limit: 200 },
  { path: '/api/apikeys', host: 'identity-api', port: 5228, auth: 'required', limit: 100 },
  { path: '/api/accounts', host: 'corefinance-api', port: 5001, auth: 'required', limit: 300 },
  { path: '/api/core-finance/transaction', host: 'corefinance-api', port: 5001, auth: 'required', limit: 500 },
  { path: '/api/budgets', host: 'moneymanagement-api', port: 5002, auth: 'required', limit: 200 },
  { path: '/api/goals', host: 'planninginvestment-api', port: 5003, auth: 'required', limit: 150 },
  { path: '/api/reports', host: 'reporting-api', port: 5004, auth: 'required', limit: 50 },
  { path: '/api/notifications', host: 'reporting-api', port: 5004, auth: 'required', limit: 100 },
] as const;

interface Written {
  /** As they wrote it (one key), or as they meant it (both schemes, optional where it says so). */
  readonly authentication: 'as-written' | 'as-meant';
  readonly portOf?: (host: string) => number;
}

/** Their file, with the names of old that they use, completed for all nine rows. */
export function nineRoutes({ authentication, portOf }: Written): Record<string, unknown> {
  return {
    Routes: MATRIX.map(({ path, host, port, auth, limit }) => ({
      DownstreamPathTemplate: `${path}/{everything}`,
      DownstreamScheme: 'http',
      DownstreamHostAndPorts: [
        portOf === undefined ? { Host: host, Port: port } : { Host: '127.0.0.1', Port: portOf(host) },
      ],
      UpstreamPathTemplate: `${path}/{everything}`,
      UpstreamHttpMethod: ['GET', 'POST', 'PUT', 'DELETE'],
      AuthenticationOptions:
        authentication === 'as-written'
          ? { AuthenticationProviderKey: 'Bearer', AllowedScopes: [] }
          : { AuthenticationProviderKeys: ['Bearer', 'ApiKey'], Optional: auth === 'optional' },
      RateLimitOptions: {
        ClientWhitelist: [],
        EnableRateLimiting: true,
        Period: '1m',
        PeriodTimespan: 60,
        Limit: limit,
      },
      ...(path === '/api/accounts' ? { RouteClaimsRequirement: { role: 'User' } } : {}),
      QoSOptions: { ExceptionsAllowedBeforeBreaking: 3, DurationOfBreak: 5000, TimeoutValue: 10000 },
      HttpHandlerOptions: { AllowAutoRedirect: false, UseCookieContainer: false, UseTracing: false },
    })),
    GlobalConfiguration: {
      BaseUrl: 'https://api.example.com',
      ServiceDiscoveryProvider: { Type: 'Consul', Host: 'consul', Port: 8500 },
      RateLimitOptions: {
        DisableRateLimitHeaders: false,
        QuotaExceededMessage: 'API rate limit exceeded. Please try again later.',
        HttpStatusCode: 429,
        ClientIdHeader: 'X-Client-Id',
      },
    },
  };
}
