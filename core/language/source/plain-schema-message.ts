const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'null',
  undefined: 'nothing',
};

const BOUNDS: Readonly<Record<string, string>> = {
  '>=': 'at least ',
  '<=': 'at most ',
  '>': 'more than ',
  '<': 'less than ',
};

/** What zod says about a value, in the words that the rest of the messages use. What other libraries say stays as it is. */
export function plainSchemaMessage(message: string): string {
  const type = /^Invalid input: expected (\w+), received (\w+)$/.exec(message);
  if (type !== null)
    return type[2] === 'undefined' ? 'is missing' : `expected ${kind(type[1]!)}, not ${kind(type[2]!)}`;
  if (message === 'Invalid input') return 'has none of the forms that are accepted';
  const options = /^Invalid option: expected one of (.*)$/s.exec(message);
  if (options !== null) return `expected one of ${options[1]!.replaceAll('"|"', '", "')}`;
  const bound = /^Too (?:small|big): (expected )(\w+)( .*?)([<>]=?)(.*)$/s.exec(message);
  if (bound !== null) return `${bound[1]}${kind(bound[2]!)}${bound[3]}${BOUNDS[bound[4]!]}${bound[5]}`;
  return message.replace(/^Invalid (?:input|string): (?=expected|must)/, '');
}

function kind(name: string): string {
  return KINDS[name] ?? name;
}
