import type { Log, SecretRequirement } from '@backplane/sdk';
import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import type { Invocation, RunnableAction, SecretValues } from '../../registry/runnable-action.ts';
import type { HostPorts } from '../ports/host-ports.ts';
import { actionShape } from './action-shape.ts';
import { pluginAction } from './plugin-action.ts';

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface CallOptions {
  readonly secrets?: SecretValues;
  readonly signal?: AbortSignal;
  readonly log?: Log;
  onSecret?(value: string): void;
}

/** A call with these arguments, everything else as plain as can be. */
export function invocation(
  args: object,
  { secrets = {}, signal, log = silent, onSecret }: CallOptions = {},
): Invocation {
  return {
    args: args as Invocation['args'],
    run: { id: 'run-1', step: 'step', attempt: 1, idempotencyKey: 'key-1' },
    secrets: { resolve: async (_asked: readonly SecretRequirement[]) => secrets },
    environment: 'default',
    vars: {},
    env: {},
    now: 0,
    signal: signal ?? new AbortController().signal,
    log,
    warn() {},
    ...(onSecret === undefined ? {} : { onSecret }),
  };
}

/** An action `tools.acme.act` of the plugin `acme`, as the host calls it. */
export function hosted(
  spec: object,
  ports: HostPorts = {},
  started: () => Promise<void> = async () => {},
): RunnableAction {
  const action = defineAction({
    name: 'tools.acme.act',
    title: 'Act',
    summary: 'Acts.',
    input: z.object({}),
    effect: 'pure',
    idempotent: 'always',
    run: () => null,
    ...spec,
  } as never);
  return pluginAction(actionShape.parse(action), { id: 'acme', version: '1.0.0', ports, started });
}
