import type { Trigger } from '../../contributions/trigger.ts';
import { checkSchema } from '../check-schema.ts';
import { type Check, check, expectEqual, expectThat } from './check.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export function triggerChecks(trigger: Trigger): Check[] {
  const { name } = trigger;
  const sampleChecks = [
    check(`${name}: its sample fits its event`, async () => {
      await event(trigger);
    }),
  ];
  const { dedupeKey } = trigger;
  if (dedupeKey !== undefined) {
    sampleChecks.push(
      check(`${name}: an event has one key, however often it is seen`, async () => {
        const keys = [await event(trigger), await event(trigger)].map((one) => dedupeKey(one));
        expectThat(typeof keys[0] === 'string' && keys[0] !== '', 'the key of the sample is empty');
        expectEqual(keys[1], keys[0], 'the second key of the sample');
      }),
    );
  }
  if (trigger.mode !== 'webhook') return sampleChecks;
  return [
    ...sampleChecks,
    check(`${name}: a delivery without a signature is refused`, async () => {
      const request = { method: 'POST', url: '/', query: {}, headers: {}, body: new TextEncoder().encode('{}') };
      const call = { input: {}, state: { secret: 'x' }, log: silent, signal: new AbortController().signal };
      let verdict: unknown;
      try {
        verdict = await trigger.verify(request, call as never);
      } catch {
        // Refused as well: the host takes a throw for a no.
        verdict = false;
      }
      expectEqual(verdict, false, 'the verdict');
    }),
  ];
}

async function event(trigger: Trigger): Promise<unknown> {
  const checked = await checkSchema(trigger.event, structuredClone(trigger.sample));
  if ('problems' in checked) throw new Error(`the sample does not fit: ${checked.problems.join('; ')}`);
  return checked.value;
}
