import type { Command } from 'commander';
import { type ApiAddress, type ApiClient, type ApiMethod, createApiClient } from '../../api-client.ts';
import { hostCommand } from '../../host-options.ts';

/** What the commands of secrets and variables have in common. */
export interface OnHost extends ApiAddress {
  readonly json?: boolean;
  readonly environment?: string;
  readonly organization?: boolean;
}

/** Options of what stands in an environment, of a workspace or of the organisation. */
export function inEnvironment(parent: Command, name: string, description: string): Command {
  return hostCommand(parent.command(name).description(description))
    .option('--environment <name>', 'default: `default`')
    .option('--organization', 'of the organisation, for all its workspaces');
}

export const say = (line: string) => process.stdout.write(`${line}\n`);

/** Calls below `/secrets` or `/variables` of the workspace or the organisation. */
export interface LevelClient {
  send(method: ApiMethod, path: string, body?: unknown, query?: Readonly<Record<string, string>>): Promise<any>;
  /** Every item of a list, page after page. */
  all<T>(path: string): Promise<readonly T[]>;
}

export function levelClient(options: OnHost): LevelClient {
  const client: ApiClient = createApiClient(options);
  const { environment, organization } = options;
  const prefix = organization === true ? '/organization' : '';
  const send: LevelClient['send'] = (method, path, body, query = {}) =>
    client.send(method, `${prefix}${path}`, {
      query: { environment, ...query },
      ...(body !== undefined && { body }),
    });
  return {
    send,
    async all<T>(path: string) {
      const items: T[] = [];
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await send('GET', path, undefined, { limit: '200', ...(cursor !== undefined && { cursor }) });
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      return items;
    },
  };
}
