import { type BlobFacts, defineBlobStore } from '@backplane/sdk';
import * as z from 'zod';

/** One file a blob, and its facts beside it. */
export const shelf = defineBlobStore({
  name: 'acme-shelf',
  title: 'Shelf',
  summary: 'Keeps large values in the folder that the host gives the plugin.',
  config: z.strictObject({}),
  uses: ['files'],
  open({ files }) {
    const place = (key: string) => `blobs/${encodeURIComponent(key)}`;
    const orNothing = (error: { code?: string }) => {
      if (error.code !== 'PLUGIN_FILE_MISSING') throw error;
      return undefined;
    };
    const head = async (key: string): Promise<BlobFacts | undefined> => {
      const facts = await files.read(`${place(key)}.json`).catch(orNothing);
      return facts && (JSON.parse(new TextDecoder().decode(facts)) as BlobFacts);
    };
    return {
      head,
      async put(key, content, { contentType }) {
        const parts: Uint8Array[] = [];
        for await (const part of content) parts.push(part);
        const bytes = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
        const etag = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex();
        const facts = { key, size: bytes.length, etag, modifiedAt: Date.now(), ...(contentType && { contentType }) };
        await files.write(place(key), bytes);
        await files.write(`${place(key)}.json`, JSON.stringify(facts));
        return facts;
      },
      async get(key, { range }) {
        const facts = await head(key);
        if (facts === undefined) return undefined;
        const bytes = await files.read(place(key));
        const part = range === undefined ? bytes : bytes.subarray(range[0], range[1] + 1);
        const pieces = async function* () {
          yield part;
        };
        return { facts, content: pieces() };
      },
      async remove(key) {
        await files.remove(`${place(key)}.json`);
        await files.remove(place(key));
      },
      async *list(prefix) {
        const names = await files.list('blobs');
        for (const name of names
          .filter((one) => !one.endsWith('.json'))
          .map(decodeURIComponent)
          .sort()) {
          const facts = name.startsWith(prefix) ? await head(name) : undefined;
          if (facts !== undefined) yield facts;
        }
      },
    };
  },
});
