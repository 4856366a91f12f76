import { raise } from '../../../../errors/catalogue.ts';
import { nearest } from '../../../../language/source/did-you-mean.ts';
import { toProblem } from '../../../../language/source/to-problem.ts';
import type { ActionRegistry, RunnableAction } from '../../../../registry/runnable-action.ts';
import { checkTemplateFile } from '../../../../registry/template/check-template-file.ts';
import { templateAction } from '../../../../registry/template/template-action.ts';
import { validateTemplate } from '../../../../registry/template/validate-template.ts';
import type { SourceProblem } from '../source-diff.ts';
import type { LooseTemplate } from './loose-templates.ts';
import { sourceProblem } from './source-problem.ts';

/** The actions of this host, as far as templates are checked against them. */
export type KnownActions = ActionRegistry;

export interface TemplateSurroundings {
  readonly source: string;
  /** `kind:name` of what plugins of the same commit bring: their code is not run, so calls of it are not looked into. */
  readonly others: readonly string[];
  readonly actions: KnownActions;
}

/** What is wrong with templates besides their shape: expressions, calls, and names that something else of this host has. */
export function checkTemplates(
  templates: readonly LooseTemplate[],
  { source, others, actions }: TemplateSurroundings,
): SourceProblem[] {
  const own = new Map<string, RunnableAction>();
  const besides = new Map(others.map((name) => name.slice(name.indexOf(':') + 1)).map((name) => [name, unseen(name)]));
  const registry: ActionRegistry = {
    ...actions,
    get: (name) => own.get(name) ?? besides.get(name) ?? actions.get(name),
    suggest: (name) => nearest(name, [...own.keys(), ...besides.keys()]) ?? actions.suggest(name),
  };
  for (const { path, yaml, definition } of templates) {
    const { name } = definition;
    own.set(name, templateAction({ name, origin: path, read: () => validateTemplate(yaml, registry) }, registry));
  }
  return templates.flatMap(({ yaml, definition }) => {
    const wrong = checkTemplateFile(yaml, registry).filter(({ severity }) => severity === 'error');
    const owner = actions.get(definition.name)?.info;
    const isOurs = owner?.source !== undefined && isOf(owner.source.use, source);
    if (owner === undefined || isOurs) return wrong.map(sourceProblem);
    const taken = raise.GIT_NAME_TAKEN({ name: definition.name, owner: owner.origin });
    return [toProblem(taken, yaml.positionOf(['definition', 'name'])), ...wrong].map(sourceProblem);
  });
}

/** Whether `git:<source>` or `git:<source>/<path>` names this source. */
export function isOf(use: string, source: string): boolean {
  return use === `git:${source}` || use.startsWith(`git:${source}/`);
}

function unseen(name: string): RunnableAction {
  const info = {
    name,
    kind: 'plugin',
    title: name,
    description: '',
    group: '',
    aliases: [],
    effect: 'write',
    idempotent: 'never',
    inputSchema: {},
    secrets: [],
    origin: 'the same commit',
    unevaluated: [],
  } as const;
  return { info, check: () => [], run: () => Promise.reject(new TypeError(`${name} is only looked at`)) };
}
