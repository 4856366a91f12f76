import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { checkArguments } from '../../registry/arguments/check-arguments.ts';
import type { ActionInfo, Invocation, RunnableAction } from '../../registry/runnable-action.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { bindDependencies, type Provider } from '../contracts/bind-dependencies.ts';
import type { HostPorts } from '../ports/host-ports.ts';
import { thrownText } from '../thrown-text.ts';
import { isWholeError } from '../whole-error.ts';
import { type ActionPlugin, actionInfo } from './action-info.ts';
import type { AdoptedAction } from './action-shape.ts';
import { callPorts } from './call-ports.ts';
import { readArguments } from './read-arguments.ts';
import { resolveSecrets } from './resolve-secrets.ts';
import { resultData } from './result-data.ts';
import { issueLine, type StandardSchema, validate } from './standard-schema.ts';

export interface ActionOwner extends ActionPlugin {
  readonly ports: HostPorts;
  /** Another plugin that may be called, when it runs in a version that this one asks for. */
  provider?(id: string): Provider | undefined;
  /** Resolves once the plugin's `start` is through. Rejects with its coded error. */
  started(): Promise<void>;
}

/** An action of a plugin as the host calls it: arguments checked before, the result after, everything thrown given a code. */
export function pluginAction(action: AdoptedAction, owner: ActionOwner): RunnableAction {
  const info = actionInfo(action, owner);
  return {
    info,
    check: (args, source, path) =>
      checkArguments({
        action: action.name,
        schema: info.inputSchema,
        args,
        aliases: action.argumentAliases,
        source,
        path,
      }),
    run: (invocation) => run(action, info, owner, invocation),
  };
}

async function run(
  action: AdoptedAction,
  info: ActionInfo,
  owner: ActionOwner,
  invocation: Invocation,
): Promise<unknown> {
  await owner.started();
  const { signal, log, environment, workspace = DEFAULT_WORKSPACE, onSecret } = invocation;
  const coded = (thrown: unknown) => codedError(thrown, owner.id, action.name);
  try {
    const input = await readArguments(action, info.inputSchema, invocation.args);
    const secrets = await resolveSecrets(action.name, action.secrets, invocation);
    const caller = {
      plugin: owner.id,
      action: action.name,
      workspace,
      environment,
      signal,
      ...(onSecret && { onSecret }),
    };
    const call = {
      input,
      run: invocation.run,
      signal,
      log,
      progress: (note: string, fraction?: number) =>
        log.info(String(note), { action: action.name, ...(fraction === undefined ? {} : { fraction }) }),
      ...(await callPorts(action, owner.ports, caller, secrets)),
      ...dependencies(action, owner, signal),
    };
    signal.throwIfAborted();
    return await readResult(action, owner, await action.run(call));
  } catch (thrown) {
    throw coded(thrown);
  }
}

function dependencies({ deps }: AdoptedAction, { id, provider }: ActionOwner, signal: AbortSignal): object {
  if (Object.keys(deps).length === 0) return {};
  return { deps: bindDependencies({ caller: id, deps, provider: provider ?? (() => undefined), signal }) };
}

async function readResult(action: AdoptedAction, owner: ActionOwner, result: unknown): Promise<unknown> {
  const invalid = (problems: readonly string[], cause?: unknown) =>
    raise.PLUGIN_OUTPUT_INVALID(
      { plugin: owner.id, action: action.name, problems },
      cause === undefined ? {} : { cause },
    );
  let value = result;
  if (action.output !== undefined) {
    const outcome = await validate(action.output as StandardSchema, result);
    if (!outcome.ok) throw invalid(outcome.issues.map(issueLine));
    value = outcome.value;
  }
  try {
    return resultData(value);
  } catch (thrown) {
    throw invalid([thrownText(thrown)], thrown);
  }
}

/** Coded errors pass; everything else is the plugin's fault and says so. */
function codedError(thrown: unknown, plugin: string, action: string): BackplaneError {
  if (isWholeError(thrown)) return thrown;
  return raise.PLUGIN_ACTION_THREW({ plugin, action, problem: thrownText(thrown) }, { cause: thrown });
}
