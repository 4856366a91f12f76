import { hasExpression } from '../../language/template/split-string.ts';

/** True when a string holds an expression, so that its value is known only when the step runs. */
export function isDynamic(value: unknown): value is string {
  return typeof value === 'string' && hasExpression(value);
}

/** True for a string that is one expression and nothing else: it can become a value of any type, other dynamic strings stay text. */
export function isWholeExpression(value: string): boolean {
  return value.startsWith('${{') && value.endsWith('}}');
}

/** True when nothing in the value has to wait for a run. */
export function isConstant(value: unknown): boolean {
  if (typeof value === 'string') return !isDynamic(value);
  if (Array.isArray(value)) return value.every(isConstant);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => !isDynamic(key) && isConstant(member));
}
