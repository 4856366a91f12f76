import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import type { DependencyContainer } from 'tsyringe';
import type { HostConfig } from '../config/host-config.ts';
import { createActionRunner } from '../executor/create-action-runner.ts';
import type { EngineLimits } from '../executor/embedded/engine-options.ts';
import { createEmbeddedEngine } from '../executor/embedded-engine.ts';
import type { Engine } from '../executor/engine.ts';
import { withClaimChecks } from '../executor/journal/claim-checks.ts';
import { openPostgresJournal } from '../executor/journal/postgres-journal.ts';
import { createNotification, type NotificationPorts } from '../executor/outbox/notification.ts';
import { Outbox } from '../executor/outbox/outbox.ts';
import { createPostgresOutboxStore } from '../executor/outbox/postgres-outbox-store.ts';
import { OrphanedRuns } from '../executor/retention/orphaned-runs.ts';
import { Retention } from '../executor/retention/retention.ts';
import type { VariableSource } from '../executor/variable-source.ts';
import { readKeepTime } from '../language/types/keep-time.ts';
import { NotifierDesk } from '../plugins/notifiers/notifier-desk.ts';
import { openBlobFolder } from '../storage/blobs/open-blob-folder.ts';
import { DEFAULT_WORKSPACE } from '../storage/default-place.ts';
import { actionPermits } from './action-permits.ts';
import type { Foundation } from './foundation.ts';
import { httpAddress } from './http-address.ts';
import { TOKENS } from './tokens.ts';

/** The longest time a timer can hold. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * The engine on its journal, and what works beside it: old runs are deleted, and others are told of the ends of runs. `undo` closes
 * all of it.
 */
export async function openEngine(
  host: DependencyContainer,
  foundation: Foundation,
  undo: AsyncDisposableStack,
): Promise<Engine> {
  const {
    loaded: { config },
    dataDir,
    log,
  } = foundation;
  const metrics = host.resolve(TOKENS.metrics);
  const database = host.resolve(TOKENS.database);
  const blobs = await openBlobFolder(resolve(dataDir, config.blobs.folder ?? 'blobs'), database.dataSource);
  const outbox = openOutbox(host, foundation, undo);
  const remembered = host.resolve(TOKENS.secretServices);
  const variables: VariableSource = {
    resolve: (environment, workspace = DEFAULT_WORKSPACE) => remembered.runVariables.resolve(environment, workspace),
  };
  const stored = await openPostgresJournal({
    url: database.url,
    alone: database.embedded,
    ...hostUrl(config.server),
    log,
    onWorkflowsChanged() {
      remembered.forget();
      host.resolve(TOKENS.workflows).forget();
    },
  });
  const journal = withClaimChecks(stored, { blobs, largerThan: config.engine.claimCheckBytes, log });
  host.register(TOKENS.journal, { useValue: journal });
  const engine = undo.use(
    await createEmbeddedEngine({
      journal,
      runner: createActionRunner({
        registry: host.resolve(TOKENS.actions).registry,
        secrets: host.resolve(TOKENS.secrets),
        variables,
        log,
        links: host.resolve(TOKENS.links),
        strict: config.language.strict,
        permit: actionPermits({ access: host.resolve(TOKENS.access), audit: host.resolve(TOKENS.audit) }),
      }),
      variables,
      workflows: {
        async resolve(alias, wanted, workspace = DEFAULT_WORKSPACE) {
          const found = await host.resolve(TOKENS.workflows).in(workspace).find(alias, wanted);
          return found && { workflow: found.id, version: found.version, definition: found.definition };
        },
      },
      limits: engineLimits(config),
      log,
      ...(outbox !== undefined && { noticesOf: (run) => outbox.noticesOf(run) }),
      onRunEnded: (status, seconds) => metrics.runEnded(status, seconds),
      onRunSkipped: () => metrics.runSkipped(),
      edgeCounters: metrics,
    }),
  );
  undo.use(new OrphanedRuns({ table: host.resolve(TOKENS.runTable), engine, log })).start();
  const everyMs = readKeepTime(config.retention.sweepEvery)!;
  if (Number.isFinite(everyMs)) {
    const retention = new Retention({
      journal,
      engine,
      blobs,
      rules: keepRules(config.retention),
      everyMs: Math.min(LONGEST_TIMER_MS, Math.max(1_000, everyMs)),
      log,
      onRemoved: (runs, blobCount) => metrics.runsRemoved(runs, blobCount),
    });
    undo.use(retention).start();
  }
  outbox?.start();
  return engine;
}

function openOutbox(
  host: DependencyContainer,
  { loaded: { config }, log }: Foundation,
  undo: AsyncDisposableStack,
): Outbox | undefined {
  if (config.notifications.length === 0) return undefined;
  const metrics = host.resolve(TOKENS.metrics);
  const http = host.resolve(TOKENS.http);
  const aliasOf = async (workflow: string, workspace: string) => {
    try {
      return (await host.resolve(TOKENS.workflows).in(workspace).get(workflow)).alias;
    } catch (error) {
      if (BackplaneError.is(error) && error.code === 'WORKFLOW_NOT_FOUND') return undefined;
      throw error;
    }
  };
  const notifiers = undo.use(new NotifierDesk(host.resolve(TOKENS.actions).board));
  const notify: NotificationPorts['notify'] = (use, note, signal) => notifiers.send(use, note, signal);
  return undo.use(
    new Outbox({
      consumers: config.notifications.map((settings) => createNotification(settings, { http, aliasOf, notify })),
      store: createPostgresOutboxStore(host.resolve(TOKENS.database).dataSource),
      log,
      onOutcome: (outcome) => metrics.notified(outcome),
    }),
  );
}

function keepRules({ completed, failed, cancelled }: HostConfig['retention']) {
  return { completed: readKeepTime(completed)!, failed: readKeepTime(failed)!, cancelled: readKeepTime(cancelled)! };
}

function engineLimits({ engine, limits }: HostConfig): Partial<EngineLimits> {
  const { maxConcurrentActions, maxOpenRuns, maxLiveBytes } = engine;
  const { actions, workspace } = limits;
  return {
    maxConcurrentActions,
    maxOpenRuns,
    ...(maxLiveBytes !== undefined && { maxLiveBytes }),
    hibernateAfterMs: engine.hibernateAfterSeconds * 1000,
    cancelGraceMs: engine.cancelGraceSeconds * 1000,
    shutdownMs: engine.shutdownSeconds * 1000,
    actionLimits: actions,
    ...(workspace.actions !== undefined && { workspaceActions: workspace.actions }),
    ...(workspace.runs !== undefined && { workspaceRuns: workspace.runs }),
  };
}

/** Where other hosts would find the API; unknown before a free port has been picked. */
function hostUrl({ host, port }: HostConfig['server']): { readonly hostUrl?: string } {
  if (port === 0) return {};
  return { hostUrl: httpAddress(host === '0.0.0.0' || host === '::' ? hostname() : host, port) };
}
