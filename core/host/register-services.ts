import { type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import type { ApiServices } from '../http/api-services.ts';
import { fixedSecrets, runAction } from '../registry/run-action.ts';
import { createKeyValueStore } from '../storage/postgres-key-value-store.ts';
import { createWorkflowStore } from '../storage/postgres-workflow-store.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createWorkflowCatalogue } from '../workflow/create-workflow-catalogue.ts';
import type { Foundation } from './foundation.ts';
import { readiness } from './readiness.ts';
import { TOKENS } from './tokens.ts';

/** Registers what is made from other services without waiting: once each, when somebody first asks. */
export function registerServices(host: DependencyContainer, { loaded: { config }, log, stopping }: Foundation): void {
  host.register(TOKENS.metrics, { useFactory: instanceCachingFactory(() => createMetrics()) });
  host.register(TOKENS.secrets, { useFactory: instanceCachingFactory(() => fixedSecrets(config.secrets)) });
  host.register(TOKENS.keyValues, {
    useFactory: instanceCachingFactory((c) => createKeyValueStore(c.resolve(TOKENS.database).dataSource)),
  });
  host.register(TOKENS.workflowStore, {
    useFactory: instanceCachingFactory((c) => createWorkflowStore(c.resolve(TOKENS.database).dataSource)),
  });
  host.register(TOKENS.workflows, {
    useFactory: instanceCachingFactory((c) =>
      createWorkflowCatalogue({
        store: c.resolve(TOKENS.workflowStore),
        registry: c.resolve(TOKENS.actions).registry,
        secrets: c.resolve(TOKENS.secrets),
      }),
    ),
  });
  host.register(TOKENS.apiServices, {
    useFactory: instanceCachingFactory((c): ApiServices => {
      const { registry, plugins } = c.resolve(TOKENS.actions);
      const secrets = c.resolve(TOKENS.secrets);
      return {
        engine: c.resolve(TOKENS.engine),
        workflows: c.resolve(TOKENS.workflows),
        registry,
        plugins,
        seenCalls: c.resolve(TOKENS.keyValues).scope('webhooks'),
        metrics: c.resolve(TOKENS.metrics),
        log,
        stopping,
        readiness: () => readiness(c.resolve(TOKENS.database), plugins),
        runAction: (name, input, signal) =>
          runAction(registry, {
            name,
            input,
            signal,
            log,
            secrets,
            vars: config.variables,
            strict: config.language.strict,
          }),
      };
    }),
  });
}
