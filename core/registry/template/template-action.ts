import { raise } from '../../errors/catalogue.ts';
import { briefProblem } from '../../language/source/format-problem.ts';
import type { Problem } from '../../language/source/problem.ts';
import { toProblem } from '../../language/source/to-problem.ts';
import { toJsonSchema } from '../../language/types/to-json-schema.ts';
import type { ActionInfo, ActionRegistry, RunnableAction } from '../runnable-action.ts';
import { checkTemplateCall } from './check-template-call.ts';
import { type CompiledTemplate, compileDefinition } from './compiled-template.ts';
import { once } from './once.ts';
import type { ReadTemplate } from './read-template.ts';
import { runTemplate } from './run-template.ts';
import type { TemplateDefinition } from './template-definition.ts';
import { withSteps } from './template-steps.ts';

export interface TemplateFile {
  readonly name: string;
  /** The file, or `plugin@version`; for messages. */
  readonly origin: string;
  readonly source?: NonNullable<ActionInfo['source']>;
  /** Reads and checks it; called once, when the template is first looked at. */
  read(): ReadTemplate;
}

/** An action made from a template. The file behind it is parsed on first use, and a broken one fails only its own calls. */
export function templateAction(file: TemplateFile, registry: ActionRegistry): RunnableAction {
  const read = once(() => file.read());
  const compiled = once((): CompiledTemplate => compileDefinition(usable(file, read()), registry));
  const action: RunnableAction = {
    info: lazyInfo(
      file,
      () => (errorsOf(read()).length > 0 ? undefined : read().definition),
      () => compiled().secrets,
    ),
    check(args, source, path) {
      const invalid = errorsOf(read()).map(briefProblem);
      if (invalid.length === 0) return checkTemplateCall(compiled().definition, args, source, path);
      return [toProblem(raise.TEMPLATE_INVALID({ template: file.name, problems: invalid }), source.positionOf(path))];
    },
    run: async (invocation) => runTemplate(compiled(), registry, invocation),
  };
  return withSteps(action, () => read().definition?.steps ?? []);
}

function usable(file: TemplateFile, read: ReadTemplate): TemplateDefinition {
  const errors = errorsOf(read);
  if (errors[0] === undefined) return read.definition!;
  const facts = { template: file.name, problems: errors.map(briefProblem) };
  throw raise.TEMPLATE_INVALID(facts, { details: { problems: errors }, position: errors[0].position });
}

function errorsOf({ problems }: ReadTemplate): Problem[] {
  return problems.filter((problem) => problem.severity === 'error');
}

/** Name and origin are known without reading the file; the rest is read when asked for, and says so when it is broken. */
function lazyInfo(
  file: TemplateFile,
  definition: () => TemplateDefinition | undefined,
  secrets: () => ActionInfo['secrets'],
): ActionInfo {
  return {
    name: file.name,
    kind: 'template',
    aliases: [],
    effect: 'write',
    idempotent: 'never',
    origin: file.origin,
    ...(file.source !== undefined && { source: file.source }),
    unevaluated: [],
    get title() {
      return definition()?.title ?? file.name;
    },
    get description() {
      return definition()?.description ?? `This template has errors; check ${file.origin}.`;
    },
    get group() {
      return definition()?.group ?? 'Broken templates';
    },
    get docsUrl() {
      return definition()?.docsUrl;
    },
    get deprecated() {
      return definition()?.deprecated;
    },
    get inputSchema() {
      return toJsonSchema(definition()?.inputs ?? {});
    },
    get outputSchema() {
      return definition()?.outputSchema;
    },
    get secrets() {
      return definition() === undefined ? [] : secrets();
    },
  };
}
