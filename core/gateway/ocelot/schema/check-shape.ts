import { raise } from '../../../errors/catalogue.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import type { OcelotFindings, Spot } from '../findings.ts';
import type { MapNode, OcelotNode } from '../reading/ocelot-node.ts';
import { flagOf, itemsOf, numberOf } from '../reading/section.ts';
import type { Kind, Property, Shape } from './shape.ts';

/** What the file says beyond Ocelot's names, or under old ones. */
export interface ShapeNotes {
  /** All names that were used, and the old ones among them: they tell which version a file was written for. */
  readonly names: Set<string>;
  readonly oldNames: Set<string>;
}

/** Reports names that Ocelot does not know or no longer likes, and values of the wrong kind. */
export function checkShape(node: MapNode, shape: Shape, findings: OcelotFindings, notes: ShapeNotes): void {
  for (const { name, place, node: inner } of node.entries.values()) {
    const spot = { place, pointer: inner.pointer };
    const found = propertyOf(name, shape);
    if (found === undefined) {
      const meant = nearest(name, Object.keys(shape));
      findings.warn(spot, raise.OCELOT_PROPERTY_UNKNOWN({ name, didYouMean: meant }));
      continue;
    }
    const { today, property } = found;
    const newer = property.today ?? today;
    if (newer.toLowerCase() === name.toLowerCase()) notes.names.add(today);
    else reportOldName(node, name, newer, spot, findings, notes);
    if (property.unused !== undefined)
      findings.warn(spot, raise.OCELOT_PROPERTY_UNUSED({ name, why: property.unused }));
    if (property.extension !== undefined) {
      findings.info(spot, raise.OCELOT_EXTENSION({ name, meaning: property.extension }));
    }
    if (inner.kind === 'value' && inner.value === null) continue;
    checkKind(inner, property.kind, name, findings, notes);
  }
}

function propertyOf(name: string, shape: Shape): { today: string; property: Property } | undefined {
  const wanted = name.toLowerCase();
  for (const [today, property] of Object.entries(shape)) {
    const all = [today, ...(property.old ?? [])];
    if (all.some((known) => known.toLowerCase() === wanted)) return { today, property };
  }
  return undefined;
}

function reportOldName(
  node: MapNode,
  name: string,
  today: string,
  spot: Spot,
  findings: OcelotFindings,
  { oldNames }: ShapeNotes,
): void {
  oldNames.add(name);
  const newer = node.entries.get(today.toLowerCase())?.node;
  const isGivenTwice = newer !== undefined && !(newer.kind === 'value' && newer.value === null);
  if (isGivenTwice) findings.warn(spot, raise.OCELOT_NAME_GIVEN_TWICE({ name, today }));
  else findings.info(spot, raise.OCELOT_NAME_OLD({ name, today }));
}

function checkKind(node: OcelotNode, kind: Kind, name: string, findings: OcelotFindings, notes: ShapeNotes): void {
  const misfit = (expected: string) => findings.error(node, raise.OCELOT_VALUE_INVALID({ name, expected }));
  if (typeof kind === 'object') {
    if ('list' in kind) {
      if (node.kind === 'value') misfit('a list of objects');
      for (const item of itemsOf(node)) {
        if (item.kind === 'map') checkShape(item, kind.list, findings, notes);
        else findings.error(item, raise.OCELOT_VALUE_INVALID({ name, expected: 'objects' }));
      }
    } else if (node.kind === 'map') checkShape(node, kind.map, findings, notes);
    else misfit('an object');
    return;
  }
  switch (kind) {
    case 'text':
      if (node.kind !== 'value') misfit('text');
      break;
    case 'integer':
      if (!Number.isSafeInteger(numberOf(node))) misfit('a whole number');
      break;
    case 'number':
      if (numberOf(node) === undefined) misfit('a number');
      break;
    case 'flag':
      if (flagOf(node) === undefined) misfit('true or false');
      break;
    case 'texts':
      if (node.kind === 'value' || itemsOf(node).some((item) => item.kind !== 'value')) misfit('a list of texts');
      break;
    case 'pairs':
      if (node.kind !== 'map' || [...node.entries.values()].some((entry) => entry.node.kind !== 'value')) {
        misfit('an object of texts');
      }
  }
}
