import type {
  GatewayStatus,
  ReloadReport,
  RouteView,
  UpstreamView,
} from '../../../gateway/operations/gateway-operations.ts';
import { diffLine } from '../../../gateway/operations/model-diff.ts';
import { type ApiAddress, createApiClient } from '../../api-client.ts';
import { EXIT } from '../../exit-code.ts';
import { printJson } from '../../output.ts';
import { printGatewayProblems, say } from './problem-lines.ts';

interface OnHost extends ApiAddress {
  readonly json?: boolean;
}

/** `backplane gateway status`. */
export async function gatewayStatus(options: OnHost): Promise<void> {
  const status: GatewayStatus = await createApiClient(options).send('GET', '/gateway');
  if (options.json) return printJson(status);
  const { state, url, workers, routes, upstreams, revision, feeds, registrations, retryAt, lastReload } = status;
  say([
    url === undefined ? state : `${state} at ${url}`,
    `${workers.running} of ${workers.wanted} workers, ${routes} routes, ${upstreams} upstreams, revision ${revision}`,
    ...feeds.map(feedLine),
    ...registrations.map(({ id, service, isRegistered }) => {
      return `registration of ${service} as ${id}: ${isRegistered ? 'done' : 'not yet'}`;
    }),
    ...(retryAt === undefined ? [] : [`it cannot listen as told and tries again at ${retryAt}`]),
  ]);
  if (lastReload !== undefined) reportReload(lastReload);
}

function feedLine({ upstream, use, service, targets, heardAt, stale }: GatewayStatus['feeds'][number]): string {
  const heard =
    heardAt === undefined ? 'nothing heard yet' : `${targets} targets at ${new Date(heardAt).toISOString()}`;
  return `${upstream} from ${use} ${service}: ${heard}${stale === undefined ? '' : `; ${stale}`}`;
}

/** `backplane gateway routes`. */
export async function gatewayRoutes(options: OnHost): Promise<void> {
  const answer: { readonly items: readonly RouteView[] } = await createApiClient(options).send(
    'GET',
    '/gateway/routes',
  );
  if (options.json) return printJson(answer);
  say(
    answer.items.map(({ id, methods, path, upstream, place }) => {
      const wanted = methods.length === 0 ? 'any' : methods.join(',');
      return `${id}  ${wanted} ${path} → ${upstream ?? 'a policy answers'}  (${place.file}:${place.line})`;
    }),
  );
}

/** `backplane gateway upstreams`. */
export async function gatewayUpstreams(options: OnHost): Promise<void> {
  const answer: { readonly items: readonly UpstreamView[] } = await createApiClient(options).send(
    'GET',
    '/gateway/upstreams',
  );
  if (options.json) return printJson(answer);
  say(
    answer.items.flatMap(({ name, targets, isFound }) => [
      isFound ? `${name}  (named by requests)` : name,
      ...targets.map(({ id, isHealthy, healthyOn, askedWorkers, because, active }) => {
        const health = isHealthy ? (healthyOn < askedWorkers ? `healthy on ${healthyOn} workers` : 'healthy') : 'out';
        return `  ${id}  ${health}, ${active} requests under way${because === undefined ? '' : `: ${because}`}`;
      }),
    ]),
  );
}

/** `backplane gateway reload`. */
export async function reloadGateway(options: OnHost): Promise<void> {
  const report: ReloadReport = await createApiClient(options).send('POST', '/gateway/reload');
  if (options.json) printJson(report);
  else reportReload(report);
  if (report.outcome === 'refused') process.exitCode = EXIT.failed;
}

function reportReload({ at, why, outcome, problems, diff }: ReloadReport): void {
  const changes = diff === undefined ? undefined : diffLine(diff);
  say([`${at} ${outcome} (${why})${changes === undefined ? '' : `: ${changes}`}`]);
  printGatewayProblems(problems);
}
