import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Database } from '../core/storage/database.ts';

/** In the middle of the secret: no way of quoting changes it, but Base64. */
export const CORE = 'Q7xK9mZp2LwTn8Rv';
export const SECRET = `p4 s/"+ü-${CORE}-end`;

/** What would be found of the secret in an output that shows it in whatever form. */
export const TRACES = [
  CORE,
  // Base64 of the core wherever it begins, without the characters that depend on its neighbours.
  ...[0, 1, 2].map((before) =>
    Buffer.from(`${'x'.repeat(before)}${CORE}`)
      .toString('base64')
      .replace(/=+$/, '')
      .slice([0, 2, 3][before], -2),
  ),
];

/** A server that repeats all that it is sent, and tells everybody what it was sent last. */
export async function echoServer() {
  let last = '';
  const told: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.url === '/told') told.push(body, JSON.stringify(request.headers));
    const seen = JSON.stringify({ url: request.url, headers: request.headers, body });
    const answer = request.url === '/last' ? last : seen;
    if (request.url !== '/last' && request.url !== '/told') last = seen;
    response.writeHead(request.url?.startsWith('/refuse') ? 403 : 200, {
      'content-type': 'application/json',
      'x-echo': Buffer.from(request.headers.authorization ?? '').toString('base64'),
    });
    response.end(answer);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    told,
    last: () => last,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Every row of every table, as text. */
export async function allRows({ dataSource }: Database): Promise<ReadonlyMap<string, string>> {
  const tables: readonly { readonly tablename: string }[] = await dataSource.query(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`,
  );
  const found = new Map<string, string>();
  for (const { tablename } of tables) {
    const rows: readonly { readonly row: string }[] = await dataSource.query(
      `SELECT t::text AS row FROM "${tablename}" t`,
    );
    found.set(tablename, rows.map(({ row }) => row).join('\n'));
  }
  return found;
}

/** The text of every file below a folder. */
export function allFiles(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true }) as string[];
  const files = names.map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
  return new Map(files.map((file) => [file, readFileSync(file, 'latin1')]));
}
