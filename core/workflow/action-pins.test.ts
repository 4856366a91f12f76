import { expect, test } from 'vitest';
import { createActionRegistry } from '../registry/action-registry.ts';
import type { JsonSchema } from '../registry/arguments/json-schema.ts';
import { leafAction } from '../registry/leaf-action.fixture.ts';
import { actionPins, pinned } from './action-pins.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

const definition = {
  actions: [
    { ref: 'a', action: 'tools.acme.act' },
    { ref: 'b', action: 'gone' },
  ],
} as unknown as WorkflowDefinition;

test('a stored workflow keeps the versions that it was stored with, whatever is current later', () => {
  const registry = createActionRegistry();
  const v1 = leafAction({ name: 'tools.acme.act', origin: 'acme@1.0.0', run: () => 'one' });
  const v2 = leafAction({ name: 'tools.acme.act', origin: 'acme@2.0.0', run: () => 'two' });
  registry.add(v1);
  const pins = actionPins(definition, registry);
  expect(pins).toEqual({ 'tools.acme.act': { origin: 'acme@1.0.0', digest: expect.stringMatching(/^sha256-/) } });
  registry.exchange([v1], [v2]);
  const kept = registry.keep([v1]);
  const [step, other] = pinned(definition, JSON.parse(JSON.stringify(pins))).actions;
  expect(registry.get(step!.action, step!.origin)).toBe(v1);
  expect(registry.get(step!.action)).toBe(v2);
  expect(other).not.toHaveProperty('origin');
  kept[Symbol.dispose]();
  expect(registry.get(step!.action, step!.origin)).toBeUndefined();
});

test('a workflow that was stored before versions were noted floats', () => {
  expect(pinned(definition, null)).toBe(definition);
});

test('another contract of an action has another digest', () => {
  const digestOf = (schema: JsonSchema) => {
    const registry = createActionRegistry();
    registry.add(leafAction({ name: 'tools.acme.act', inputSchema: schema as never }));
    return actionPins(definition, registry)['tools.acme.act']?.digest;
  };
  expect(digestOf({ type: 'object' })).not.toBe(digestOf({ type: 'object', required: ['a'] }));
});
