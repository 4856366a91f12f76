import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import type { PluginFiles } from './plugin-source.contract.ts';

/** One entry of a hand-made archive, as hostile as need be. */
export interface TarEntry {
  readonly path: string;
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly link?: string;
  readonly mode?: number;
  /** Lies about the size. */
  readonly size?: number;
}

/** An uncompressed tar archive of exactly these entries, in this order. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, type = 'File', content = '', link, mode = 0o644, size }) => {
    const body = Buffer.from(content);
    const block = Buffer.alloc(512);
    const header = new Header({ path, type: type as 'File', mode, size: size ?? body.length, linkpath: link ?? '' });
    header.encode(block);
    return [block, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const tgzOf = (entries: readonly TarEntry[]): Buffer => gzipSync(tarOf(entries));

/** A package as `npm pack` makes it, and links, which npm leaves out. */
export function packed(files: PluginFiles): Buffer {
  return tgzOf(
    Object.entries(files).map(([path, content]) =>
      typeof content === 'string'
        ? { path: `package/${path}`, content }
        : { path: `package/${path}`, type: 'SymbolicLink', link: content.link },
    ),
  );
}
