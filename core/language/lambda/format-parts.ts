import { guardSize } from '../expression/output-budget.ts';
import { formatText } from '../functions/format-text.ts';
import { pythonRepr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import type { Environment } from './environment.ts';
import type { PythonEvaluate } from './python-evaluate.ts';
import type { PythonNode, TextPart } from './python-node.ts';
import { writeOut } from './write-out.ts';

/** An f-string: its fields evaluated, converted and formatted, in order. */
export function formatParts(
  parts: readonly TextPart[],
  compile: (node: PythonNode) => PythonEvaluate,
): (environment: Environment) => string {
  const compiled = parts.map((part) => (typeof part === 'string' ? () => part : compileField(part, compile)));
  return (environment) => guardSize(compiled.map((part) => part(environment)).join(''));
}

function compileField(
  part: Exclude<TextPart, string>,
  compile: (node: PythonNode) => PythonEvaluate,
): (environment: Environment) => string {
  const value = compile(part.value);
  const format = formatParts(part.format, compile);
  return (environment) => {
    const plain = writeOut(value(environment), environment.run) as Value;
    const converted = part.conversion === 'r' || part.conversion === 'a' ? pythonRepr(plain) : plain;
    const specification = format(environment);
    // Braces cannot stand in a specification, so it can be handed on as text.
    return formatText(specification === '' ? '{}' : `{:${specification}}`, [converted]);
  };
}
