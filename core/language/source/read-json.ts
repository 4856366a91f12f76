import { type BackplaneError, parseJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { jsonProblem } from './json-problem.ts';

/** Levels. Deeper data would exhaust the stack of whatever walks it: expressions, checks, `JSON.stringify`. */
const MAX_LEVELS = 1_000;

/**
 * JSON that somebody outside wrote, with exact numbers. `refuse` makes the error of a text that is not JSON; it gets what is wrong
 * and where, never the text itself.
 * @throws INPUT_TOO_DEEP
 */
export function readJson(text: string, refuse: (problem: string) => BackplaneError): unknown {
  if (isTooDeep(text)) throw raise.INPUT_TOO_DEEP({ levels: MAX_LEVELS });
  try {
    return parseJson(text);
  } catch {
    throw refuse(jsonProblem(text));
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [34, 92, 91, 93, 123, 125];

/** Whether {@link readJson} refuses a text for its depth. */
export function isTooDeep(text: string): boolean {
  if (text.length <= MAX_LEVELS) return false;
  let levels = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) inString = !inString;
    else if (inString) at += code === BACKSLASH ? 1 : 0;
    else if (code === OPEN_LIST || code === OPEN_MAP) {
      levels++;
      if (levels > MAX_LEVELS) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_MAP) levels--;
  }
  return false;
}
