import type { LintRule } from '../lint-rule.ts';

export const changelogEntry: LintRule = {
  id: 'changelog-entry',
  severity: 'warning',
  summary: 'CHANGELOG.md has a heading with the current version.',
  why: 'Whoever decides about an update reads it first.',
  check(project) {
    const { version } = project.manifest;
    const heading = new RegExp(`^#+\\s.*(?<![\\d.])${version.replaceAll('.', '\\.')}(?![\\d.]|-)`, 'm');
    if (heading.test(project.read('CHANGELOG.md') ?? '')) return [];
    return [{ message: `CHANGELOG.md says nothing about ${version}` }];
  },
};
