import { breakingChanges, readReleased, released } from '../../project/released.ts';
import type { LintRule } from '../lint-rule.ts';

export const breakingSchemaNeedsMajor: LintRule = {
  id: 'breaking-schema-needs-major',
  severity: 'error',
  summary: 'What breaks stored workflows comes with a new major version (before 1.0: a new minor one).',
  why: 'A removed action, a new required argument or a result that lost a member breaks workflows that nobody has touched. Compared with `released.json`, which `plugin publish` writes; keep it in version control.',
  check(project) {
    const before = readReleased(project);
    if (before === undefined || project.facts === undefined) return [];
    const now = released(project.facts);
    if (breaksAllowed(before.version, now.version)) return [];
    return breakingChanges(before, now).map((change) => ({
      message: `${change} since ${before.version}, but the version is only ${now.version}`,
    }));
  },
};

function breaksAllowed(before: string, now: string): boolean {
  const [oldMajor = 0, oldMinor = 0] = before.split('.').map(Number);
  const [major = 0, minor = 0] = now.split('.').map(Number);
  return major > oldMajor || (oldMajor === 0 && major === 0 && minor > oldMinor);
}
