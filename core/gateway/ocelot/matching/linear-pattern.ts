import { RE2JS } from 're2js';

export interface LinearPattern {
  matches(text: string): boolean;
  /** Values of the groups, empty where one took no part; undefined when it does not match. */
  groups(text: string): readonly string[] | undefined;
}

export interface PatternOptions {
  readonly ignoreCase: boolean;
  /** The writer knows that the built-in engine cannot go astray: it is several times faster. */
  readonly isSimple: boolean;
}

/**
 * A pattern that no request can make slow. What has one open end at most is left to the built-in engine; everything else goes through
 * one that takes time in proportion to the text.
 * @throws when it is not a regular expression
 */
export function linearPattern(source: string, { ignoreCase, isSimple }: PatternOptions): LinearPattern {
  if (isSimple) {
    const pattern = new RegExp(source, ignoreCase ? 'is' : 's');
    return {
      matches: (text) => pattern.test(text),
      groups: (text) =>
        pattern
          .exec(text)
          ?.slice(1)
          .map((value) => value ?? ''),
    };
  }
  const pattern = RE2JS.compile(source, RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
  return {
    matches: (text) => pattern.matcher(text).find(),
    groups: (text) => {
      const matcher = pattern.matcher(text);
      if (!matcher.find()) return undefined;
      return Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? '');
    },
  };
}
