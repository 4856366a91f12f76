import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { build, type Message } from 'esbuild';
import { raise } from '../../errors/catalogue.ts';
import { CHECKOUT } from '../../host/checkout.ts';
import type { PluginProject } from '../project/plugin-project.ts';

export interface Bundle {
  /** One module without imports, those of Node itself apart. */
  readonly code: string;
  /** Node's own modules that it still imports, sorted. */
  readonly builtins: readonly string[];
}

export interface BundleOptions {
  /** `packages`: what stands in `node_modules` is left outside, but for the SDK. */
  readonly leaveOut?: 'packages';
}

/**
 * Bundles the plugin's entry. The SDK and zod come from the host where they are not installed. The same files give the same text.
 * @throws PLUGIN_ENTRY_MISSING for one without code; PLUGIN_BUILD_FAILED with every problem and its place; PLUGIN_BUILD_NOT_ISOLATED
 */
export async function bundlePlugin(project: PluginProject, options: BundleOptions = {}): Promise<Bundle> {
  const { folder, manifest } = project;
  if (manifest.entry === undefined) throw raise.PLUGIN_ENTRY_MISSING({ id: manifest.id, entry: 'entry' });
  const isolated = manifest.tier === 'isolate';
  const result = await build({
    absWorkingDir: folder,
    entryPoints: [join(folder, manifest.entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: isolated ? 'neutral' : 'node',
    ...(isolated ? { mainFields: ['module', 'main'], external: ['node:*'] } : {}),
    ...(options.leaveOut === 'packages' ? { plugins: [leaveOutPackages] } : {}),
    target: 'esnext',
    charset: 'utf8',
    legalComments: 'eof',
    nodePaths: [join(CHECKOUT, 'node_modules')],
    metafile: true,
    logLevel: 'silent',
  }).catch((error: { readonly errors?: readonly Message[] }) => {
    if (error.errors === undefined) throw error;
    throw raise.PLUGIN_BUILD_FAILED({ id: manifest.id, problems: error.errors.map(problemLine) });
  });
  const imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports);
  const builtins = [...new Set(imports.map(({ path }) => path).filter(isBuiltin))].toSorted();
  if (isolated && builtins.length > 0) throw raise.PLUGIN_BUILD_NOT_ISOLATED({ id: manifest.id, modules: builtins });
  return { code: withoutPlaces(result.outputFiles[0]!.text, folder), builtins };
}

/** The bundler names every file by its way from the plugin. Where the host stands on this machine must not show in what is published. */
function withoutPlaces(code: string, folder: string): string {
  const way = relative(folder, CHECKOUT).replaceAll('\\', '/');
  return code
    .replaceAll(`${way}/sdk/`, 'node_modules/@backplane/sdk/')
    .replaceAll(`${way}/node_modules/`, 'node_modules/');
}

function problemLine({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

/** Packages stay imports; the SDK goes along in any case, so that what is packed needs nothing of its host to be loaded. */
const leaveOutPackages = {
  name: 'leave-out-packages',
  setup(build: Parameters<NonNullable<Parameters<typeof import('esbuild').build>[0]['plugins']>[number]['setup']>[0]) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@backplane/sdk')) return undefined;
      return { path, external: true };
    });
  },
};
