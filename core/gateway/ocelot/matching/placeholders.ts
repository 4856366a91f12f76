/** The names in braces, in their order, with repetitions. */
export function placeholderNames(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name!);
}

/** Names that stand there twice. */
export function repeatedNames(template: string): string[] {
  const names = placeholderNames(template);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

export type TemplateParameters = Readonly<Record<string, string>>;

/** A text with `{name}` in it, cut once: literals at even places, names at odd ones. */
export function cutTemplate(template: string): readonly string[] {
  return template.split(/\{([^{}]*)\}/);
}

/** What has no value stays as it was written, in its braces. */
export function fillTemplate(pieces: readonly string[], parameters: TemplateParameters): string {
  let text = pieces[0]!;
  for (let index = 1; index < pieces.length; index += 2) {
    const name = pieces[index]!;
    text += (parameters[name] ?? `{${name}}`) + pieces[index + 1]!;
  }
  return text;
}

/** What a URL cannot hold in the text between the placeholders, percent-encoded: requests write it so. */
export function encodedTemplate(template: string): string {
  return template.replaceAll(/\{[^{}]*\}|[^\x21-\x7e]+/gu, (found) =>
    found.startsWith('{') ? found : encodeURIComponent(found.toWellFormed()),
  );
}
