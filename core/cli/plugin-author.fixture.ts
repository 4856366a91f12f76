import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pluginFiles, writePlugin } from '@backplane/create-plugin';
import { linkHostPackages } from '../authoring/create/link-host-packages.ts';

/** A new plugin in a folder of its own, as `plugin create` leaves it. */
export class PluginFolder implements Disposable {
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'backplane-author-')));
  readonly path: string;

  constructor(id = 'acme') {
    this.path = join(this.home, id);
    writePlugin(this.path, pluginFiles({ id, packageName: `backplane-plugin-${id}`, extension: 'ts' }, 'action'));
    linkHostPackages(this.path);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): this {
    mkdirSync(dirname(this.file(name)), { recursive: true });
    writeFileSync(this.file(name), text);
    return this;
  }

  replace(name: string, from: string, to: string): this {
    const text = readFileSync(this.file(name), 'utf8');
    if (!text.includes(from)) throw new Error(`${name} does not have ${from}`);
    return this.write(name, text.replace(from, to));
  }

  /** Changes package.json; `manifest` is its field `backplane`. */
  change(edit: (pack: any, manifest: any) => void): this {
    const pack = JSON.parse(readFileSync(this.file('package.json'), 'utf8'));
    edit(pack, pack.backplane);
    return this.write('package.json', `${JSON.stringify(pack, null, 2)}\n`);
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
