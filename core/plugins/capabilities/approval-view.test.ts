import { expect, test } from 'vitest';
import { approvalLines } from '../plan/plan-text.ts';
import { approvalRows } from './approval-view.ts';
import { atomLines, atomsOfLines } from './approved-atoms.ts';
import type { Capabilities } from './capabilities.ts';
import { diffAtoms } from './diff.ts';
import { capabilityDigest } from './digest.ts';

const approved: Capabilities = {
  network: [
    { host: 'api.acme.test', methods: ['GET'], why: 'reads tickets' },
    { host: 'old.acme.test', why: 'the old API' },
  ],
  kv: { quotaBytes: 1000, why: 'remembers what it saw' },
  files: [{ path: 'my reports', access: 'write', why: 'writes reports' }],
};
const asked: Capabilities = {
  network: [
    { host: 'api.acme.test', methods: ['GET'], why: 'reads tickets' },
    { host: 'api.acme.test', methods: ['POST'], why: 'answers tickets' },
    { host: 'files.acme.test', why: 'attachments' },
  ],
  kv: { quotaBytes: 1000, why: 'remembers what it saw' },
  secrets: { why: 'signs requests itself' },
};

test('what the lock keeps of an approval says as much as the capabilities themselves', () => {
  const before = atomsOfLines(atomLines(approved));
  expect(diffAtoms(before, approved)).toMatchObject({ added: [], removed: [] });
  expect(atomLines(approved)).toEqual([
    'files write my reports',
    'kv 1000',
    'network * old.acme.test',
    'network GET api.acme.test',
  ]);
});

test('who decides sees each host with its reason, what is new, what is gone, and raw secrets as an alarm', () => {
  const before = atomsOfLines(atomLines(approved));
  const capabilities = {
    change: 'wider',
    digest: capabilityDigest(asked),
    asked: [],
    rows: approvalRows(asked, before),
    dropped: diffAtoms(before, asked).removed.map(({ capability, what }) => `${capability} ${what}`),
  } as const;
  expect(approvalLines(capabilities, (text) => `!${text.trim()}!`)).toEqual([
    `    may do (wider, ${capabilityDigest(asked)}):`,
    '        network GET api.acme.test: reads tickets',
    '      + network POST api.acme.test: answers tickets',
    '      + network files.acme.test: attachments',
    '        kv 1000: remembers what it saw',
    '!+ secrets (sees the values themselves): signs requests itself!',
    '      - files write my reports',
    '      - network any method old.acme.test',
  ]);
});
