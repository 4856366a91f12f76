import { type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import { createDefinitionCache } from '../executor/embedded/definition-cache.ts';
import { createRunHistory } from '../executor/history/run-history.ts';
import { runMaskedAction } from '../executor/run-masked-action.ts';
import { createRuns } from '../executor/workspace-runs.ts';
import { adminKeyAuthenticator } from '../http/admin-key.ts';
import type { ApiServices } from '../http/api-services.ts';
import { createBrowserSession } from '../http/sign-in/browser-session.ts';
import { createPluginRecords } from '../storage/plugin-records.ts';
import { createKeyValueStore } from '../storage/postgres-key-value-store.ts';
import { createScheduleStore } from '../storage/postgres-schedule-store.ts';
import { createWorkflowStore } from '../storage/postgres-workflow-store.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createWorkflowCatalogue } from '../workflow/create-workflow-catalogue.ts';
import type { Foundation } from './foundation.ts';
import { readiness } from './readiness.ts';
import { TOKENS } from './tokens.ts';

/** What Slack signs its calls with. */
const SLACK_KEY = 'SLACK_SIGNING_SECRET';
const SLACK_SECRET = {
  type: 'custom',
  name: 'slack',
  keys: [SLACK_KEY],
  optionalKeys: [],
  optional: true,
  secretType: 'custom',
} as const;

/** Registers what is made from other services without waiting: once each, when somebody first asks. */
export function registerServices(
  host: DependencyContainer,
  { loaded: { config }, log, stopping, adminKey }: Foundation,
  onWorkflowsChanged: () => void,
): void {
  host.register(TOKENS.metrics, { useFactory: instanceCachingFactory(() => createMetrics()) });
  host.register(TOKENS.keyValues, {
    useFactory: instanceCachingFactory((c) => createKeyValueStore(c.resolve(TOKENS.database).dataSource)),
  });
  host.register(TOKENS.workflowStore, {
    useFactory: instanceCachingFactory((c) => createWorkflowStore(c.resolve(TOKENS.database).dataSource)),
  });
  host.register(TOKENS.scheduleStore, {
    useFactory: instanceCachingFactory((c) => createScheduleStore(c.resolve(TOKENS.database).dataSource)),
  });
  host.register(TOKENS.pluginRecords, {
    useFactory: instanceCachingFactory((c) => createPluginRecords(c.resolve(TOKENS.database).dataSource)),
  });
  host.register(TOKENS.workflows, {
    useFactory: instanceCachingFactory((c) =>
      createWorkflowCatalogue({
        store: c.resolve(TOKENS.workflowStore),
        registry: c.resolve(TOKENS.actions).registry,
        secrets: c.resolve(TOKENS.secrets),
        variables: (workspace) => c.resolve(TOKENS.secretServices).runVariables.names(workspace),
        // Example workflows are loaded before there are schedules; these look for themselves when they begin.
        onChanged() {
          if (c.isRegistered(TOKENS.schedules)) c.resolve(TOKENS.schedules).wake();
          onWorkflowsChanged();
        },
      }),
    ),
  });
  host.register(TOKENS.runs, {
    useFactory: instanceCachingFactory((c) => {
      const engine = c.resolve(TOKENS.engine);
      const journal = c.resolve(TOKENS.journal);
      const history = createRunHistory({ engine, journal, definitions: createDefinitionCache(), now: Date.now });
      return createRuns({ engine, history, table: c.resolve(TOKENS.runTable) });
    }),
  });
  host.register(TOKENS.apiServices, {
    useFactory: instanceCachingFactory((c): ApiServices => {
      const { registry, plugins, board } = c.resolve(TOKENS.actions);
      const secrets = c.resolve(TOKENS.secrets);
      const identity = c.resolve(TOKENS.identity);
      const gateway = c.resolve(TOKENS.gateway).operations;
      return {
        access: c.resolve(TOKENS.access),
        groupsOf: (actor, place) => c.resolve(TOKENS.rights).groups.namesOf(actor, place),
        places: c.resolve(TOKENS.places),
        rights: c.resolve(TOKENS.rights),
        audit: c.resolve(TOKENS.audit),
        auditTrail: c.resolve(TOKENS.auditTrail),
        authenticators: [adminKeyAuthenticator(adminKey), ...identity.authenticators],
        identity,
        browser: createBrowserSession({ identity, trustProxy: config.server.trustProxy }),
        connections: c.resolve(TOKENS.connections),
        connectLinks: c.resolve(TOKENS.connectLinks),
        engine: c.resolve(TOKENS.engine),
        runs: c.resolve(TOKENS.runs),
        hosts: () => c.resolve(TOKENS.engine).hosts(),
        workflows: c.resolve(TOKENS.workflows),
        schedules: c.resolve(TOKENS.schedules),
        registry,
        plugins,
        links: c.resolve(TOKENS.links),
        slackSecrets: async () => {
          const { slack } = await secrets.resolve([SLACK_SECRET], 'default');
          const secret = slack?.[SLACK_KEY] ?? '';
          return secret === '' ? [] : [secret];
        },
        board,
        triggers: c.resolve(TOKENS.triggers),
        sources: c.resolve(TOKENS.sources),
        pluginData: c.resolve(TOKENS.pluginData),
        pluginEvents: (id, limit) => c.resolve(TOKENS.pluginRecords).events(id, limit),
        seenCalls: c.resolve(TOKENS.keyValues).scope('webhooks'),
        metrics: c.resolve(TOKENS.metrics),
        log,
        stopping,
        readiness: () => readiness(c.resolve(TOKENS.database), plugins, c.resolve(TOKENS.engine), gateway),
        gateway,
        secretServices: c.resolve(TOKENS.secretServices),
        runAction: async (call) =>
          runMaskedAction(registry, {
            ...call,
            log,
            secrets,
            vars: await c.resolve(TOKENS.secretServices).runVariables.resolve('default', call.workspace),
            strict: config.language.strict,
          }),
      };
    }),
  });
}
