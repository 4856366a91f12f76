/** Everything a plugin may import from Backplane. The list is the contract: `sdk/api.md` is made from it and checked. */
export {
  type Action,
  type ActionCall,
  type ActionSpec,
  defineAction,
  type Log,
  type PortName,
  type Ports,
  type RunInfo,
} from './action/action.ts';
export type { CustomSecret, OAuthSecret, SecretRequirement } from './action/secret-requirement.ts';
export {
  BackplaneError,
  type Blame,
  type ErrorFacts,
  type ErrorRecord,
  type Position,
  type Retry,
} from './errors/backplane-error.ts';
export {
  defineErrors,
  type ErrorCatalogue,
  type ErrorEntry,
  type ErrorFactories,
  type RaiseOptions,
} from './errors/define-errors.ts';
export { parseJson, plainNumbers, stringifyJson } from './json/exact-json.ts';
export { Float, float } from './json/float.ts';
export { type Contribution, definePlugin, type Plugin, type PluginSpec, type StartContext } from './plugin/plugin.ts';
export type { Expressions } from './ports/expressions.ts';
export type { Http, HttpBody, HttpReply, HttpRequest } from './ports/http.ts';
export type { KeyValue } from './ports/key-value.ts';
export type { ScriptLimits, ScriptOutcome, ScriptRequest, Scripts } from './ports/scripts.ts';
export type { WorkflowRunStatus, Workflows } from './ports/workflows.ts';
export type { AnySchema, InputOf, OutputOf } from './schema.ts';
export { kindOf, SDK_GENERATION, TAG, type Tagged, tag } from './tag.ts';
