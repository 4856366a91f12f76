import type { RouteOptions, UsePolicy } from './translation.ts';

/** AllowAutoRedirect → the policy `follow-redirects`, innermost, as .NET's handler is: breaker and timeout see where it ends. */
export function translateRedirects(route: RouteOptions, use: UsePolicy): void {
  const options = route.options('HttpHandlerOptions');
  if (options?.flag('AllowAutoRedirect') === true)
    use('follow-redirects', { max: 50 }, options.at('AllowAutoRedirect'));
}
