import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PluginEvent, PluginLife } from './plugin-life.ts';
import { type PluginState, TRANSITIONS } from './plugin-state.ts';

const STATES = Object.keys(TRANSITIONS) as PluginState[];

function life(events: PluginEvent[] = []) {
  return new PluginLife({ plugin: 'acme', version: () => '1.0.0', onEvent: (event) => events.push(event) });
}

test('every step is told with what it came from and why', () => {
  const events: PluginEvent[] = [];
  const one = life(events);
  one.to('resolved');
  one.to('failed', { code: 'PLUGIN_HOST_RANGE', reason: 'too new' });
  expect(events).toMatchObject([
    { plugin: 'acme', version: '1.0.0', from: 'discovered', to: 'resolved' },
    { from: 'resolved', to: 'failed', code: 'PLUGIN_HOST_RANGE', reason: 'too new' },
  ]);
  expect(one.since).toBe(events[1]?.at);
});

test('whatever is tried, a plugin only ever moves along the table', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STATES)), (wishes) => {
      const one = life();
      for (const wish of wishes) {
        const before = one.state;
        const allowed = TRANSITIONS[before].includes(wish);
        if (allowed) one.to(wish);
        else expect(() => one.to(wish)).toThrow(`from ${before} to ${wish}`);
        expect(one.state).toBe(allowed ? wish : before);
      }
    }),
  );
});

test('from every state but the last ones a plugin can be stopped in the end', () => {
  const ends = (state: PluginState, seen: PluginState[] = []): boolean =>
    state === 'stopped' || TRANSITIONS[state].some((next) => !seen.includes(next) && ends(next, [...seen, state]));
  expect(STATES.filter((state) => !ends(state))).toEqual(['disabled']);
});
