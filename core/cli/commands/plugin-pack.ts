import { type Packed, packPlugin } from '../../authoring/pack/pack-plugin.ts';
import { type PublishOptions, publishPlugin } from '../../authoring/pack/publish-plugin.ts';
import { printJson } from '../output.ts';

interface PackCommand {
  readonly output?: string;
  readonly withDependencies?: boolean;
  readonly json?: boolean;
}

/** `backplane plugin pack [DIR]`: the archive that hosts install. */
export async function pack(dir: string | undefined, options: PackCommand): Promise<void> {
  const packed = await packPlugin(dir ?? '.', {
    output: options.output,
    dependencies: options.withDependencies ? 'archive' : 'bundle',
  });
  report(packed, options, packed.file);
}

/** `backplane plugin publish [DIR]`: the archive goes to an npm registry. */
export async function publish(
  dir: string | undefined,
  options: PublishOptions & { readonly json?: boolean },
): Promise<void> {
  const packed = await publishPlugin(dir ?? '.', options);
  const { id, version } = packed.project.manifest;
  report(packed, options, `${id} ${version} ${options.dryRun ? 'would be published' : 'is published'}`);
}

function report(packed: Packed, options: { readonly json?: boolean }, headline: string): void {
  const { project, file, integrity, bytes, files, warnings } = packed;
  const { id, version } = project.manifest;
  if (options.json) {
    printJson({ id, version, file, integrity, bytes, files, warnings });
    return;
  }
  for (const { rule, message } of warnings) process.stderr.write(`warning ${rule}: ${message}\n`);
  process.stdout.write(`${headline}\n  ${bytes} bytes, ${files.length} files\n  ${integrity}\n`);
}
