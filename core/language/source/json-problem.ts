/** Characters. Finding the place parses the text some twenty times; nobody may make a host do that with megabytes. */
const MAX_SEARCHED = 100_000;

/**
 * Why a text is not JSON, and where, as part of a sentence. For some mistakes V8 quotes the text around them, which may be a secret:
 * then the place stands for it.
 */
export function jsonProblem(text: string): string {
  const problem = parseProblem(text) ?? '';
  const token = /^(Unexpected token '.+?'), .*is not valid JSON$/su.exec(problem)?.[1];
  if (token === undefined) return problem;
  return text.length > MAX_SEARCHED ? token : `${token} at ${placeOf(text, firstBadToken(text))}`;
}

function parseProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A text up to the bad token only ends too early; from there on it is the token that V8 complains about. */
function firstBadToken(text: string): number {
  let [fine, bad] = [0, text.length];
  while (bad - fine > 1) {
    const middle = (fine + bad) >> 1;
    if (parseProblem(text.slice(0, middle))?.startsWith('Unexpected token') === true) bad = middle;
    else fine = middle;
  }
  return fine;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length} column ${before.at(-1)!.length + 1}`;
}
