import { HOST_VERSION } from '../../../host/version.ts';
import { compileRange } from '../../../plugins/manifest/version-range.ts';
import { fixManifest } from '../fix-manifest.ts';
import type { LintRule } from '../lint-rule.ts';

export const hostRangeBounded: LintRule = {
  id: 'host-range-bounded',
  severity: 'error',
  summary: '`host` ends before the next version that may break plugins.',
  why: 'An open range such as `*` or `>=0.1.0` promises that the plugin works with hosts that nobody has written yet.',
  fixes: true,
  check(project) {
    const { manifest, manifestFile, manifestPath } = project;
    if (compileRange(manifest.host)?.('999999.0.0') !== true) return [];
    const bounded = `^${HOST_VERSION}`;
    const fix = fixManifest(project, (value) => {
      value['host'] = bounded;
    });
    const position = manifestFile.positionOf([...manifestPath, 'host']);
    return [{ message: `\`${manifest.host}\` has no end: write \`${bounded}\``, position, fix }];
  },
};
