import { randomUUID } from 'node:crypto';
import type { Log } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import type { Warning } from '../language/template/scope.ts';
import { toData } from '../language/values/to-data.ts';
import type { Value } from '../language/values/value.ts';
import type { ActionRegistry, LeafCall, SecretSource, SecretValues } from './runnable-action.ts';
import { secretKeys } from './template/secret-requirements.ts';

export interface ActionRequest {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** A source to ask, or the values themselves. */
  readonly secrets?: SecretSource | SecretValues;
  readonly environment?: string;
  /** Id of the workspace; absent: the default one. */
  readonly workspace?: string;
  readonly vars?: unknown;
  readonly env?: unknown;
  readonly signal?: AbortSignal;
  readonly log: Log;
  readonly strict?: boolean;
  warn?(warning: Warning): void;
  onLeafCall?(call: LeafCall): void;
  onSecret?(value: string): void;
}

/**
 * Runs one action by its name, outside any workflow.
 * @throws ACTION_NOT_FOUND, and whatever the action throws
 */
export async function runAction(registry: ActionRegistry, request: ActionRequest): Promise<unknown> {
  const { name, input, onLeafCall, signal, secrets = {}, environment = 'default', workspace } = request;
  const action = registry.get(name);
  if (action === undefined) throw raise.ACTION_NOT_FOUND({ name, suggestion: registry.suggest(name) });
  const args = input as Readonly<Record<string, Value>>;
  if (action.info.kind === 'plugin') onLeafCall?.({ action: name, args: toData(args) as Value });
  const id = randomUUID();
  return action.run({
    args,
    run: { id, step: name, attempt: 1, idempotencyKey: id },
    secrets: isSource(secrets) ? secretsIn(workspace, secrets) : fixedSecrets(secrets),
    environment,
    ...(workspace !== undefined && { workspace }),
    vars: request.vars ?? {},
    env: request.env ?? { environment },
    now: Date.now(),
    signal: signal ?? new AbortController().signal,
    log: request.log,
    ...(request.strict === undefined ? {} : { strict: request.strict }),
    warn: (warning) => request.warn?.(warning),
    ...(onLeafCall === undefined ? {} : { onLeafCall: (call: LeafCall) => onLeafCall(call) }),
    onSecret: (value) => request.onSecret?.(value),
  });
}

/** Whoever asks, in whatever way, gets those of the one workspace. */
function secretsIn(workspace: string | undefined, source: SecretSource): SecretSource {
  return { resolve: (requirements, environment) => source.resolve(requirements, environment, workspace) };
}

function isSource(secrets: SecretSource | SecretValues): secrets is SecretSource {
  return typeof secrets['resolve'] === 'function';
}

/** A source that knows exactly these values, whatever the environment. */
export function fixedSecrets(values: SecretValues): SecretSource {
  return {
    resolve: async (requirements) => {
      const names = new Set(requirements.map((requirement) => secretKeys(requirement).name));
      return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
    },
  };
}
