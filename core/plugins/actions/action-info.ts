import type { ActionInfo } from '../../registry/runnable-action.ts';
import type { AdoptedAction } from './action-shape.ts';
import { jsonSchemaOf, type StandardSchema } from './standard-schema.ts';

/** What an action says of itself, schemas translated. `origin` is `plugin@version`. */
export function actionInfo(
  action: AdoptedAction,
  plugin: string,
  { origin, source }: Pick<ActionInfo, 'origin' | 'source'>,
): ActionInfo {
  const { docsUrl, deprecated, timeoutMs, output } = action;
  return {
    name: action.name,
    kind: 'plugin',
    title: action.title,
    description: action.summary,
    group: action.group ?? plugin,
    aliases: action.aliases,
    effect: action.effect,
    idempotent: action.idempotent,
    inputSchema: jsonSchemaOf(action.input as StandardSchema, 'input') as ActionInfo['inputSchema'],
    secrets: action.secrets,
    origin,
    ...(source === undefined ? {} : { source }),
    unevaluated: action.unevaluated,
    ...(docsUrl === undefined ? {} : { docsUrl }),
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(output === undefined
      ? {}
      : { outputSchema: jsonSchemaOf(output as StandardSchema, 'output') as ActionInfo['inputSchema'] }),
  };
}
