import { type AddressInfo, createServer } from 'node:net';

/** A port that nobody listens on. Workers share one by its number, so that it has to be known before the first of them listens. */
export async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
