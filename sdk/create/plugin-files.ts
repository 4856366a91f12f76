import type { KindScaffold } from './kinds/kind-scaffold.ts';
import { KINDS, type Kind } from './kinds/kinds.ts';
import { agentsGuide } from './pages/agents-guide.ts';
import { publishWorkflow } from './pages/publish-workflow.ts';
import { readme } from './pages/readme.ts';
import type { PluginOutline } from './plugin-outline.ts';

/** The versions that a new plugin is made for. */
const HOST = '^0.1.0';
const SDK = '^0.1.0';

/** Every file of a new plugin: path → content. Fewer than fifteen. Nothing of it needs a network. */
export function pluginFiles(outline: PluginOutline, kindName: Kind): ReadonlyMap<string, string> {
  const { extension } = outline;
  const kind: KindScaffold = KINDS[kindName];
  const sources = Object.entries(kind.sources(outline)).map(
    ([name, code]) => [`src/${name}.${extension}`, code] as const,
  );
  return new Map([
    ['package.json', packageJson(outline, kind)],
    [`src/index.${extension}`, entry(outline, kind)],
    ...sources,
    ...Object.entries(kind.files?.(outline) ?? {}),
    ['README.md', readme(outline, kind)],
    ['CHANGELOG.md', '# Changelog\n\n## 0.1.0\n\n- The first version.\n'],
    ['AGENTS.md', agentsGuide(outline)],
    ['.github/workflows/publish.yml', publishWorkflow],
    ['.gitignore', 'node_modules/\ndist/\n*.tgz\nsecrets.local.json\n'],
    ...(extension === 'ts' ? ([['tsconfig.json', TSCONFIG]] as const) : []),
  ]);
}

function entry({ id, extension }: PluginOutline, { module, exportName }: KindScaffold): string {
  return `import { definePlugin } from '@backplane/sdk';
import { ${exportName} } from './${module}.${extension}';

export default definePlugin({ id: '${id}', contributes: [${exportName}] });
`;
}

function packageJson(outline: PluginOutline, kind: KindScaffold): string {
  const { id, packageName, extension } = outline;
  const manifest = {
    id,
    version: '0.1.0',
    host: HOST,
    sdk: 1,
    entry: `./src/index.${extension}`,
    tier: kind.tier ?? 'process',
    ...(kind.capabilities === undefined ? {} : { capabilities: kind.capabilities }),
    contributes: kind.contributes(outline),
  };
  const content = {
    name: packageName,
    version: '0.1.0',
    description: `The plugin ${id} for Backplane.`,
    license: 'Apache-2.0',
    type: 'module',
    keywords: ['backplane-plugin'],
    engines: { node: '>=22.18' },
    scripts: {
      test: 'node --test',
      ...(extension === 'ts' ? { check: 'tsc' } : {}),
    },
    devDependencies: {
      '@backplane/sdk': SDK,
      zod: '^4.6.7',
      ...(extension === 'ts' ? { typescript: '^7.0.2', '@types/node': '^26.6.6' } : {}),
    },
    backplane: manifest,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'esnext',
      lib: ['esnext', 'esnext.disposable'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: ['src'],
  },
  null,
  2,
)}\n`;
