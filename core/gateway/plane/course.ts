import { raise } from '../../errors/catalogue.ts';
import { isPromise, runAuthentication, runSteps, type Stopped } from '../chain/run-steps.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { lenientPath } from '../exchange/safe-path.ts';
import { isUnasked, type RouteServices } from '../router/compiled-route.ts';
import type { Found } from '../router/router.ts';
import { attempt } from './attempts.ts';
import { fail } from './fail.ts';
import { forward } from './forward.ts';
import { sendKept, sendReply } from './send-reply.ts';

type Stage = (exchange: GatewayExchange) => void;

/** The course of a request through the gateway. Without a policy that takes its time, all of it happens at once. */
export function serve(exchange: GatewayExchange): void {
  stage(exchange, () => runSteps(exchange, exchange.snapshot.requestSteps), findRoute);
}

/** From the route on: for requests of policies, which name it. */
export function serveRoute(exchange: GatewayExchange): void {
  stage(exchange, () => false, enterRoute);
}

function enterRoute(exchange: GatewayExchange): void {
  const { services } = exchange.route!;
  if (services === undefined) beforeAuthentication(exchange);
  else enterService(exchange, services);
}

/** The route of the service that the path names takes the place of the one that is for all of them. */
function enterService(exchange: GatewayExchange, services: RouteServices): void {
  const named = services.nameOf(exchange.params);
  if (named === undefined) throw raise.GATEWAY_SERVICE_UNKNOWN({ service: undefined });
  const known = services.known(named);
  if (known !== undefined) {
    exchange.route = known;
    beforeAuthentication(exchange);
    return;
  }
  const find: Stage = () =>
    stage(
      exchange,
      async () => {
        exchange.route = await services.find(named);
        // Its own policies ask once more, as for every other request.
        exchange.identity = undefined;
        return false;
      },
      beforeAuthentication,
    );
  const { authentication } = exchange.route!.chain;
  // Nobody makes the gateway ask a registry who would not be let in.
  if (authentication === undefined || isUnasked(exchange.request, exchange.route!)) find(exchange);
  else stage(exchange, () => runAuthentication(exchange, authentication), find);
}

function beforeAuthentication(exchange: GatewayExchange): void {
  const { before, authentication } = exchange.route!.chain;
  const next: Stage = authentication === undefined ? afterAuthentication : authenticate;
  if (before.length === 0) next(exchange);
  else stage(exchange, () => runSteps(exchange, before), next);
}

function findRoute(exchange: GatewayExchange): void {
  const { router } = exchange.snapshot;
  const found = router.find(exchange.request);
  if (found === undefined) {
    const allowed = router.methodsFor(exchange.request);
    if (allowed.length === 0) throw raise.GATEWAY_ROUTE_UNKNOWN({});
    const { method } = exchange.request;
    throw raise.GATEWAY_METHOD_NOT_ALLOWED({ method, allowed }, { details: { allowed } });
  }
  if (isReadAsAnother(exchange, found))
    throw raise.GATEWAY_REQUEST_MALFORMED({ cause: 'upstreams may understand its path as that of another route' });
  exchange.route = found.route;
  if (found.route.model.compat !== 'native' && !isAscii(exchange.request.rawHeaders))
    throw raise.GATEWAY_REQUEST_MALFORMED({ cause: 'a header has letters beyond ASCII, which Ocelot refuses' });
  exchange.params = found.params;
  exchange.checkBodySize();
  enterRoute(exchange);
}

/** Whether a spelling of the path has led past the route whose policies the upstream's reading of it asks for. */
function isReadAsAnother({ request, snapshot }: GatewayExchange, { route, params }: Found): boolean {
  const lenient = lenientPath(request.rawPath);
  if (lenient === undefined) return false;
  const other = snapshot.router.find(request.at(encodeURI(lenient)));
  if (other === undefined) return false;
  if (other.route !== route) return true;
  const { services } = route;
  return services !== undefined && services.nameOf(other.params)?.key !== services.nameOf(params)?.key;
}

function authenticate(exchange: GatewayExchange): void {
  if (isUnasked(exchange.request, exchange.route!)) afterAuthentication(exchange);
  else stage(exchange, () => runAuthentication(exchange, exchange.route!.chain.authentication!), afterAuthentication);
}

function afterAuthentication(exchange: GatewayExchange): void {
  const { chain } = exchange.route!;
  const after = isUnjudged(exchange) ? chain.afterUnasked : chain.after;
  if (after.length === 0) send(exchange);
  else stage(exchange, () => runSteps(exchange, after), send);
}

function send(exchange: GatewayExchange): void {
  const { model, chain, upstream } = exchange.route!;
  if (upstream === undefined) throw raise.GATEWAY_NOT_ANSWERED({ route: model.id });
  if (exchange.isOver) return;
  if (exchange.upgrade !== undefined) exchange.upgrade();
  else if (chain.attempts.length === 0) forward(exchange);
  else attempt(exchange).catch((problem) => fail(exchange, problem));
}

function stage(exchange: GatewayExchange, run: () => Stopped, next: Stage): void {
  try {
    const stopped = run();
    if (isPromise(stopped))
      stopped.then((answered) => go(exchange, answered, next)).catch((problem) => fail(exchange, problem));
    else go(exchange, stopped, next);
  } catch (problem) {
    fail(exchange, problem);
  }
}

function go(exchange: GatewayExchange, answered: boolean, next: Stage): void {
  // Its body broke a limit while a policy was thinking.
  if (exchange.failure !== undefined) return;
  if (!answered) next(exchange);
  else if (exchange.repliedBy?.phase === 'cache') sendKept(exchange, exchange.reply!, exchange.repliedBy.instance);
  else sendReply(exchange, exchange.reply!, 'policy');
}

/** Who was not asked who they are cannot be judged by it. */
function isUnjudged({ request, route }: GatewayExchange): boolean {
  if (request.method !== 'OPTIONS') return false;
  return route!.model.compat !== 'native' || (route!.chain.authentication !== undefined && isUnasked(request, route!));
}

function isAscii(rawHeaders: readonly string[]): boolean {
  for (let at = 1; at < rawHeaders.length; at += 2) if (BEYOND_ASCII.test(rawHeaders[at]!)) return false;
  return true;
}

const BEYOND_ASCII = /[^\0-\x7f]/;
