import type { YamlSource } from '../../language/source/yaml-source.ts';
import type { ActionRegistry } from '../runnable-action.ts';
import { checkExpressions } from './check-expressions.ts';
import { type ReadTemplate, readTemplate } from './read-template.ts';

/** Everything that must be right before a template can run; whether its actions exist and take these arguments shows when they are called. */
export function validateTemplate(source: YamlSource, registry: Pick<ActionRegistry, 'get'>): ReadTemplate {
  const read = readTemplate(source);
  return { ...read, problems: [...read.problems, ...checkExpressions(source, read, registry)] };
}
