import { BackplaneError, parseJson, stringifyJson } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { VariableEntry } from '../../../secrets/variables/variable-store.ts';
import { printJson } from '../../output.ts';
import { levelClient, type OnHost, say } from './on-host.ts';

const path = (name: string) => `/variables/${encodeURIComponent(name)}`;

/** `backplane variable list`. */
export async function listVariables(options: OnHost): Promise<void> {
  const items = await levelClient(options).all<VariableEntry>('/variables');
  if (options.json) return printJson({ items });
  if (items.length === 0) say('There are no variables.');
  for (const { name, environment, values } of items) say(`${name}  ${environment}  ${stringifyJson(values)}`);
}

/** `backplane variable get NAME [KEY]`: JSON; of a key that is a text the text itself. */
export async function getVariable(name: string, key: string | undefined, options: OnHost): Promise<void> {
  const variable: VariableEntry = await levelClient(options).send('GET', path(name));
  if (key === undefined) return printJson(options.json ? variable : variable.values);
  if (!Object.hasOwn(variable.values, key))
    throw raise.USAGE({ message: `The variable \`${name}\` has no key \`${key}\`.` });
  const value = variable.values[key];
  if (options.json || typeof value !== 'string') return printJson(value);
  say(value);
}

/** `backplane variable set NAME KEY VALUE`: JSON, or else a text as it stands. */
export async function setVariable(name: string, key: string, text: string, options: OnHost): Promise<void> {
  const saved = await levelClient(options).send('PATCH', path(name), { values: { [key]: jsonOrText(text) } });
  for (const warning of saved.warnings as readonly string[]) process.stderr.write(`warning: ${warning}\n`);
  if (options.json) return printJson(saved);
  say(`${name}  ${saved.environment}  ${stringifyJson(saved.values)}`);
}

/** `backplane variable delete NAME [KEY]`. */
export async function deleteVariable(name: string, key: string | undefined, options: OnHost): Promise<void> {
  const client = levelClient(options);
  if (key === undefined) await client.send('DELETE', path(name));
  else {
    await client.send('GET', path(name));
    await client.send('PATCH', path(name), { remove: [key] });
  }
  const what = key === undefined ? name : `${name}.${key}`;
  if (options.json) return printJson({ deleted: what });
  say(`${what} is deleted.`);
}

function jsonOrText(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (BackplaneError.is(error)) throw error;
    return text;
  }
}
