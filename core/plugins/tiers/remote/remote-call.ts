import type { Log, RunInfo } from '@backplane/sdk';
import { CAPABILITY_OF } from '@backplane/sdk/host';
import type { CallMessage, GivenPorts, ToGuest } from '../wire.ts';

/** One call as the host makes it. */
export interface RemoteCall {
  /** An action, or the function of a contribution. */
  readonly action: string;
  /** What an action was called with, for the messages of errors. */
  readonly input?: unknown;
  readonly signal: AbortSignal;
  readonly log: Log;
  progress(note: string, fraction?: number): void;
  /** Declared and granted, nothing else. */
  readonly ports: Record<string, unknown>;
  /** Milliseconds; absent: the plugin's limit. */
  readonly timeoutMs?: number;
  /** Ends with its signal, not with a limit of time. */
  readonly lasts?: boolean;
  /** What it gives lives on after it: streams, or an object with functions. */
  readonly living?: boolean;
  message(id: number): { readonly message: ToGuest; readonly tail?: Uint8Array };
}

/** What may stand among the ports of a call. */
export const PORT_NAMES: readonly string[] = [...Object.keys(CAPABILITY_OF), 'connections', 'deps'];

type Slots = Readonly<Record<string, { readonly account: string; readonly grantedScopes: readonly string[] }>>;

/** What the plugin's side is told of the ports of a call. */
export function givenPorts(ports: Readonly<Record<string, unknown>>): GivenPorts {
  const { secrets, connections, deps } = ports;
  return {
    ports: Object.keys(ports).filter((name) => PORT_NAMES.includes(name)),
    ...(secrets === undefined ? {} : { secrets }),
    ...(connections === undefined ? {} : { connections: accountsOf(connections as Slots) }),
    ...(deps === undefined ? {} : { deps: namesOf(deps as object) }),
  };
}

/** The call of an action; `call` is what the action would be handed in the host's process. */
export function actionCall(action: string, call: object, timeoutMs: number | undefined): RemoteCall {
  const { input, run, signal, log, progress, ...ports } = call as Omit<RemoteCall, 'action' | 'ports' | 'message'> & {
    readonly run: RunInfo;
  };
  return {
    action,
    input,
    signal,
    log,
    progress,
    ports,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    message(id) {
      const given = givenPorts(ports);
      const message: CallMessage = { t: 'call', id, action, input: input === undefined ? null : input, run, ...given };
      return { message };
    },
  };
}

function accountsOf(slots: Slots): Slots {
  return Object.fromEntries(
    Object.entries(slots).map(([slot, { account, grantedScopes }]) => [slot, { account, grantedScopes }]),
  );
}

/** Optional plugins that are off are not told. */
function namesOf(deps: object): string[] {
  return Object.entries(deps).flatMap(([name, client]) => (client === undefined ? [] : [name]));
}
