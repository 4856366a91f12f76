import { fixJson } from '../fix-json.ts';
import type { LintRule } from '../lint-rule.ts';

const SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];

export const noInstallScripts: LintRule = {
  id: 'no-install-scripts',
  severity: 'error',
  summary: 'package.json has no scripts that run when it is installed.',
  why: 'Hosts never run them, so that installing is not executing; a plugin that relies on one would be broken.',
  fixes: true,
  check({ packageJson }) {
    if (packageJson === undefined) return [];
    return SCRIPTS.filter((name) => packageJson.value['scripts']?.[name] !== undefined).map((name) => ({
      message: `has the script \`${name}\``,
      position: packageJson.positionOf(['scripts', name]),
      fix: fixJson(packageJson, (value) => {
        delete value['scripts'][name];
      }),
    }));
  },
};
