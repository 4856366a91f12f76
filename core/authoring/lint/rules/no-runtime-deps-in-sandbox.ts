import { fixJson } from '../fix-json.ts';
import type { LintRule } from '../lint-rule.ts';

export const noRuntimeDepsInSandbox: LintRule = {
  id: 'no-runtime-deps-in-sandbox',
  severity: 'error',
  summary: 'A plugin for the tier `isolate` has no `dependencies`, only `devDependencies`.',
  why: 'It is one bundled file; nothing is installed beside it. What the code imports is bundled from `devDependencies`.',
  fixes: true,
  check({ packageJson, manifest }) {
    const names = Object.keys(packageJson?.value['dependencies'] ?? {});
    if (packageJson === undefined || manifest.tier !== 'isolate' || names.length === 0) return [];
    const fix = fixJson(packageJson, (value) => {
      value['devDependencies'] = { ...value['devDependencies'], ...value['dependencies'] };
      delete value['dependencies'];
    });
    const position = packageJson.positionOf(['dependencies']);
    return [{ message: `depends on ${names.join(', ')} at run time`, position, fix }];
  },
};
