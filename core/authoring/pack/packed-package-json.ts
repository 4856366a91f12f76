import type { PluginProject } from '../project/plugin-project.ts';
import type { InstalledPackage } from './dependency-closure.ts';

/** Members of package.json that tell people something; scripts and what only builds are left behind. */
const KEPT = [
  'name',
  'version',
  'description',
  'license',
  'author',
  'contributors',
  'homepage',
  'repository',
  'bugs',
  'keywords',
  'engines',
  'publishConfig',
];

/** The entry of every packed plugin. */
export const PACKED_ENTRY = './dist/plugin.js';

/** package.json of the archive: with the manifest, its entry the bundle and its index what the code really contributes. */
export function packedPackageJson(project: PluginProject, dependencies: readonly InstalledPackage[]): string {
  const { manifest, rawManifest, packageJson, facts } = project;
  const given = packageJson?.value ?? {};
  const top = dependencies.filter(
    ({ name, place }) => place === `node_modules/${name}` && given['dependencies']?.[name],
  );
  const content = {
    name: `backplane-plugin-${manifest.id}`,
    version: manifest.version,
    ...Object.fromEntries(KEPT.filter((key) => given[key] !== undefined).map((key) => [key, given[key]])),
    type: 'module',
    ...(top.length === 0
      ? {}
      : {
          dependencies: Object.fromEntries(top.map(({ name }) => [name, given['dependencies'][name]])),
          bundleDependencies: top.map(({ name }) => name),
        }),
    backplane: {
      ...rawManifest,
      entry: PACKED_ENTRY,
      contributes: facts?.index ?? rawManifest['contributes'],
    },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
