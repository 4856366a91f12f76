import { fixManifest } from '../fix-manifest.ts';
import type { LintRule } from '../lint-rule.ts';

export const versionMatches: LintRule = {
  id: 'version-matches',
  severity: 'error',
  summary: 'The manifest has the version of package.json.',
  why: 'A registry knows the one, a host the other; people must be able to take them for the same.',
  fixes: true,
  check(project) {
    const { packageJson, manifest, manifestFile, manifestPath } = project;
    const version: unknown = packageJson?.value['version'];
    if (typeof version !== 'string' || version === manifest.version) return [];
    const fix = fixManifest(project, (value) => {
      value['version'] = version;
    });
    const position = manifestFile.positionOf([...manifestPath, 'version']);
    return [{ message: `the manifest says ${manifest.version}, package.json ${version}`, position, fix }];
  },
};
