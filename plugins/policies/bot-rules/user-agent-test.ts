/** A text is found anywhere, whatever its case; `/…/` is a regular expression, `/…/i` one for any case. Throws a SyntaxError. */
export function userAgentTest(patterns: readonly string[]): (userAgent: string) => boolean {
  const texts: string[] = [];
  const expressions: RegExp[] = [];
  for (const pattern of patterns) {
    const [, source, flags] = /^\/(.+)\/(i?)$/s.exec(pattern) ?? [];
    if (source !== undefined) expressions.push(new RegExp(source, flags));
    else if (pattern.trim() === '') throw new SyntaxError('an empty pattern would fit everything');
    else texts.push(pattern.toLowerCase());
  }
  return (userAgent) => {
    const lower = userAgent.toLowerCase();
    return texts.some((text) => lower.includes(text)) || expressions.some((expression) => expression.test(userAgent));
  };
}
