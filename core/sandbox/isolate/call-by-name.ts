const apply = Reflect.apply;
const toSource = Function.prototype.toString;

/** Calls a script's function with the inputs that its parameters name. */
export function callByName(fn: (...args: unknown[]) => unknown, inputs: Record<string, unknown>): unknown {
  const parameters = splitParameters(apply(toSource, fn, []));
  const only = parameters.length === 1 ? parameters[0]! : undefined;
  if (only !== undefined && (only.startsWith('{') || (nameOf(only) === 'inputs' && !Object.hasOwn(inputs, 'inputs'))))
    return fn(inputs);
  return fn(...parameters.filter((text) => !text.startsWith('...')).map((text) => argument(text, inputs)));
}

/** Absent inputs are null, as workflows have no undefined; a parameter with a default gets its default. */
function argument(text: string, inputs: Record<string, unknown>): unknown {
  const name = nameOf(text);
  if (Object.hasOwn(inputs, name)) return inputs[name];
  return text.length > name.length ? undefined : null;
}

function nameOf(parameter: string): string {
  return /^[^\s=]*/.exec(parameter)![0];
}

/** The parameters in a function's source text, each as written, comments removed. Empty when the text is not readable. */
export function splitParameters(source: string): string[] {
  const text = source.replace(/^async\b\s*/, '');
  const arrow = /^([^\s(),={}]+)\s*=>/.exec(text);
  if (arrow) return [arrow[1]!];
  const open = text.indexOf('(');
  if (open < 0) return [];
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (let at = open + 1; at < text.length; at++) {
    const skipped = literalEnd(text, at);
    if (skipped > at) {
      if (text[at] !== '/') part += text.slice(at, skipped);
      at = skipped - 1;
      continue;
    }
    const sign = text[at]!;
    if (depth === 0 && (sign === ',' || sign === ')')) {
      parts.push(part.trim());
      part = '';
      if (sign === ')') return parts.filter((each) => each !== '');
      continue;
    }
    if ('([{'.includes(sign)) depth++;
    if (')]}'.includes(sign)) depth--;
    part += sign;
  }
  return [];
}

/** Where the string, template or comment that starts at `at` ends; `at` itself when none does. */
function literalEnd(text: string, at: number): number {
  const sign = text[at]!;
  if (sign === '/' && text[at + 1] === '*') return endAfter(text.indexOf('*/', at + 2), 2, text);
  if (sign === '/' && text[at + 1] === '/') return endAfter(text.indexOf('\n', at), 1, text);
  if (sign !== '"' && sign !== "'" && sign !== '`') return at;
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === sign) return end + 1;
  }
  return text.length;
}

function endAfter(found: number, length: number, text: string): number {
  return found < 0 ? text.length : found + length;
}
