import type { Client } from 'pg';

/** Closes the socket of a client at once: `end` waits for the server's goodbye, and leaves a broken connection half open. */
export function discardClient(client: Client): void {
  const { connection } = client as unknown as { readonly connection: { readonly stream: { destroy(): void } } };
  connection.stream.destroy();
}
