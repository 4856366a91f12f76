import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type Document, isMap, parseDocument } from 'yaml';
import { raise } from '../errors/catalogue.ts';
import { nearest } from '../language/source/did-you-mean.ts';

/**
 * Changes `plugins.yaml` and keeps its comments and order. `check` reads the new text before it takes the place of the old one: what it
 * refuses is never written.
 */
export class PluginsFile {
  readonly #file: string;
  readonly #check: (file: string) => unknown;

  constructor(file: string, check: (file: string) => unknown) {
    this.#file = file;
    this.#check = check;
  }

  /** Throws PLUGIN_ALREADY_NAMED. */
  add(id: string, entry: Readonly<Record<string, unknown>>, options: { readonly trust?: boolean } = {}): void {
    this.#edit((document) => {
      if (document.hasIn(['plugins', id])) throw raise.PLUGIN_ALREADY_NAMED({ id, file: this.#file });
      this.#set(document, ['plugins', id], entry);
      if (options.trust === true) this.#trust(document, id);
    });
  }

  /** Throws PLUGIN_NOT_NAMED. */
  remove(id: string): void {
    this.#edit((document) => {
      this.#mustName(document, id);
      document.deleteIn(['plugins', id]);
      const trust = document.toJS()?.trust;
      if (Array.isArray(trust) && trust.includes(id)) document.deleteIn(['trust', trust.indexOf(id)]);
    });
  }

  /** A built-in plugin need not be named before it is switched off. */
  setEnabled(id: string, enabled: boolean, options: { readonly builtin: boolean }): void {
    this.#edit((document) => {
      if (!options.builtin) this.#mustName(document, id);
      if (!enabled) this.#set(document, ['plugins', id, 'enabled'], false);
      else if (document.hasIn(['plugins', id, 'enabled'])) document.deleteIn(['plugins', id, 'enabled']);
    });
  }

  #trust(document: Document, id: string): void {
    const trust = document.toJS()?.trust ?? [];
    if (!trust.includes(id)) this.#set(document, ['trust'], [...trust, id]);
  }

  #mustName(document: Document, id: string): void {
    if (document.hasIn(['plugins', id])) return;
    const didYouMean = nearest(id, Object.keys(document.toJS()?.plugins ?? {}));
    throw raise.PLUGIN_NOT_NAMED({ id, file: this.#file, ...(didYouMean === undefined ? {} : { didYouMean }) });
  }

  /** Steps that are missing or empty on the way become mappings. */
  #set(document: Document, path: readonly string[], value: unknown): void {
    for (let depth = 0; depth < path.length; depth += 1) {
      const above = path.slice(0, depth);
      const node = depth === 0 ? document.contents : document.getIn(above, true);
      if (isMap(node)) {
        if (depth > 0 && node.items.length === 0) node.flow = false;
      } else if (depth === 0) document.contents = document.createNode({}) as typeof document.contents;
      else document.setIn(above, document.createNode({}));
    }
    document.setIn(path, document.createNode(value));
  }

  #edit(change: (document: Document) => void): void {
    const document = parseDocument(existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '');
    if (document.errors.length > 0) this.#check(this.#file);
    change(document);
    const beside = `${this.#file}.${process.pid}.new`;
    try {
      write(beside, document.toString({ lineWidth: 0 }));
      this.#check(beside);
      renameSync(beside, this.#file);
    } finally {
      rmSync(beside, { force: true });
    }
  }
}

function write(file: string, text: string): void {
  const handle = openSync(file, 'w');
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
