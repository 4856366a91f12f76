import { expect, test } from 'vitest';
import { SILENT } from '../gateway.fixture.ts';
import { Complaints } from './complaints.ts';

test('each trouble is said once, then every five seconds with how often it came', () => {
  const said: unknown[] = [];
  let now = 0;
  const complaints = new Complaints(
    { ...SILENT, warn: (message, facts) => void said.push([message, facts]) },
    () => now,
  );
  for (let at = 0; at < 3; at += 1) complaints.say('a', 'trouble', { at });
  complaints.say('b', 'other trouble', {});
  now = 5_000;
  complaints.say('a', 'trouble', { at: 3 });
  expect(said).toEqual([
    ['trouble', { at: 0 }],
    ['other trouble', {}],
    ['trouble', { at: 3, meanwhile: 2 }],
  ]);
});
