import { relative } from 'node:path';
import { askWhatIsMissing, FolderInUseError, pluginFiles, writePlugin } from '@backplane/create-plugin';
import { linkHostPackages } from '../../authoring/create/link-host-packages.ts';
import { raise } from '../../errors/catalogue.ts';
import { printJson } from '../output.ts';

interface CreateOptions {
  readonly id?: string;
  readonly kind?: string;
  readonly language?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `backplane plugin create [DIR]`: a working, tested plugin, without a network. */
export async function createPlugin(dir: string | undefined, options: CreateOptions): Promise<void> {
  const { folder, outline, kind } = await askWhatIsMissing({ ...options, yes: options.yes ?? options.json, dir }).catch(
    (thrown: Error) => {
      throw raise.PLUGIN_CREATE_REFUSED({ problem: thrown.message });
    },
  );
  const files = pluginFiles(outline, kind);
  try {
    writePlugin(folder, files);
  } catch (thrown) {
    if (thrown instanceof FolderInUseError) throw raise.PLUGIN_CREATE_REFUSED({ problem: thrown.message });
    throw raise.PLUGIN_CREATE_REFUSED({ problem: (thrown as Error).message }, { cause: thrown });
  }
  const missing = linkHostPackages(folder);
  if (options.json) return printJson({ id: outline.id, kind, folder, files: [...files.keys()], missing });
  const place = relative(process.cwd(), folder);
  process.stdout.write(`The plugin ${outline.id} is in ${folder}: ${files.size} files.\n`);
  if (missing.length > 0)
    process.stdout.write(`Run \`npm install\` first: this host does not have ${missing.join(', ')}.\n`);
  process.stdout.write(`\n${place === '' ? '' : `  cd ${place}\n`}  npm test\n  backplane plugin dev\n`);
}
