import { expect, test } from 'vitest';
import { auditAction } from './audit-action.ts';

test.each([
  ['post', '/workflows', 'workflow.create'],
  ['put', '/workflows/:id', 'workflow.update'],
  ['patch', '/schedules/:id', 'schedule.update'],
  ['delete', '/workspaces/:workspace', 'workspace.delete'],
  ['post', '/workflows/:id/runs', 'run.create'],
  ['post', '/runs/:id/cancel', 'run.cancel'],
  ['post', '/plugins/apply', 'plugin.apply'],
  ['post', '/runs/:id/rerun-from/:ref', 'run.rerun-from'],
  ['get', '/workflows/:id', 'workflow.read'],
] as const)('%s %s is %s', (method, path, action) => {
  expect(auditAction({ method, path })).toBe(action);
});

test('a route may say it better', () => {
  expect(auditAction({ method: 'put', path: '/groups/:group/users/:user', audit: 'group.join' })).toBe('group.join');
});
