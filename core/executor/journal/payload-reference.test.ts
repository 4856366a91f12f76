import { stringifyJson } from '@backplane/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readReference, writeReference } from './payload-reference.ts';

const reference = { blob: 'a1'.repeat(32), size: 300_000 };

test('a reference keeps type, number and time of its event, and is read back', () => {
  const event = '{"type":"ActionCompleted","seq":5,"at":123,"result":"…"}';
  const body = writeReference(event, reference);
  expect(body).toBe(`{"type":"ActionCompleted","seq":5,"at":123,"blob":"${reference.blob}","size":300000}`);
  expect(readReference(body)).toEqual(reference);
  for (const other of ['{"type":"RunStarted","at":1,"runId":"x"}', '{"type":"X","at":1}', '{"at":1,"type":"X"}'])
    expect(readReference(writeReference(other, reference)), other).toEqual(reference);
});

test('no event is taken for a reference, whatever its values hold', () => {
  const values = fc.oneof(
    fc.jsonValue(),
    fc.constant(reference),
    fc.constant(JSON.stringify(reference)),
    fc.constant(writeReference('{"type":"ActionCompleted","seq":1,"at":1}', reference)),
  );
  fc.assert(
    fc.property(values, fc.nat(), (result, seq) => {
      const event = stringifyJson({ type: 'ActionCompleted', seq, at: 1, result });
      expect(readReference(event)).toBeUndefined();
    }),
  );
});
