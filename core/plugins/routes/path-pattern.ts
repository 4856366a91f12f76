/** `/tickets/{ticket}` as a function that gives the parameters of a path, or undefined when the path is another one. */
export function pathPattern(path: string): (given: string) => Readonly<Record<string, string>> | undefined {
  const parts = path.split('/');
  return (given) => {
    const found = given.split('/');
    if (found.length !== parts.length) return undefined;
    const parameters: Record<string, string> = Object.create(null);
    for (const [index, part] of parts.entries()) {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      const text = found[index]!;
      if (name === undefined) {
        if (part !== text) return undefined;
        continue;
      }
      const value = decoded(text);
      if (value === undefined || value === '') return undefined;
      parameters[name] = value;
    }
    return parameters;
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
