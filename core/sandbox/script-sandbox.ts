import type { ScriptOutcome, ScriptRequest } from '@backplane/sdk';

/** Runs scripts of users, who may be hostile. Every limit ends in a coded error of its own; none can end the host. */
export interface ScriptSandbox extends AsyncDisposable {
  /** Scripts of one tenant never share an isolate with another's. */
  run(request: ScriptRequest & { readonly tenant: string }): Promise<ScriptOutcome>;
}
