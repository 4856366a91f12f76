import type { ActionInfo } from '../../registry/runnable-action.ts';
import type { AdoptedAction } from './action-shape.ts';
import { jsonSchemaOf, type StandardSchema } from './standard-schema.ts';

/** Whose action it is; `versioned` when versions of it stand side by side. */
export interface ActionPlugin extends Pick<ActionInfo, 'source'> {
  readonly id: string;
  readonly version: string;
  readonly versioned?: boolean;
}

/** What an action says of itself, schemas translated. */
export function actionInfo(action: AdoptedAction, { id, version, versioned, source }: ActionPlugin): ActionInfo {
  const { docsUrl, deprecated, timeoutMs, output } = action;
  return {
    name: action.name,
    kind: 'plugin',
    title: action.title,
    description: action.summary,
    group: action.group ?? id,
    aliases: action.aliases,
    effect: action.effect,
    idempotent: action.idempotent,
    inputSchema: jsonSchemaOf(action.input as StandardSchema, 'input') as ActionInfo['inputSchema'],
    secrets: action.secrets,
    origin: `${id}@${version}`,
    ...(versioned === true ? { versioned } : {}),
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
