import { type AnyNode, type ObjectNode, parse } from '@humanwhocodes/momoa';
import { raise } from '../../../errors/catalogue.ts';
import { isTooDeep } from '../../../language/source/read-json.ts';
import type { Place } from '../../model/place.ts';
import type { OcelotFindings } from '../findings.ts';
import { emptyMap, type MapEntry, type MapNode, type OcelotNode, pointerStep } from './ocelot-node.ts';

/** Characters. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Reads the JSON that .NET's configuration takes: comments, commas at the end, also single quotes. Never throws. */
export function readOcelotJson(text: string, file: string, findings: OcelotFindings): MapNode {
  const start = { place: { file, line: 1, column: 1 }, pointer: '' };
  const refuse = (problem: string, place: Place = start.place) => {
    findings.error({ place, pointer: '' }, raise.OCELOT_JSON_INVALID({ problem }));
    return emptyMap(file);
  };
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (source.length > MAX_LENGTH) return refuse(`it has more than ${MAX_LENGTH} characters`);
  if (isTooDeep(source)) return refuse('it is nested too deeply');
  let body: AnyNode;
  try {
    body = parse(source, { mode: 'json5', ranges: true, allowTrailingCommas: true }).body;
  } catch (error) {
    const { message, line, column } = error as Error & { line?: number; column?: number };
    return refuse(plainProblem(message), line === undefined ? undefined : { file, line, column: column ?? 1 });
  }
  const node = nodeOf(body, '', file, findings);
  return node.kind === 'map' ? node : refuse('it is not an object');
}

/** Without the position, which the finding has, and without the text itself. */
const plainProblem = (message: string) => message.replace(/ ?\(\d+:\d+\)\.?$/, '').replace(/\.$/, '');

function nodeOf(node: AnyNode, pointer: string, file: string, findings: OcelotFindings): OcelotNode {
  const place = { file, line: node.loc.start.line, column: node.loc.start.column };
  switch (node.type) {
    case 'Object':
      return { kind: 'map', entries: entriesOf(node, pointer, file, findings), place, pointer };
    case 'Array': {
      const items = node.elements.map(({ value }, index) =>
        nodeOf(value, pointer + pointerStep(index), file, findings),
      );
      return { kind: 'list', items, place, pointer };
    }
    case 'String':
    case 'Number':
    case 'Boolean':
      return { kind: 'value', value: node.value, place, pointer };
    default:
      return { kind: 'value', value: null, place, pointer };
  }
}

function entriesOf(node: ObjectNode, pointer: string, file: string, findings: OcelotFindings): Map<string, MapEntry> {
  const entries = new Map<string, MapEntry>();
  for (const member of node.members) {
    const name = member.name.type === 'Identifier' ? member.name.name : member.name.value;
    const place = { file, line: member.name.loc.start.line, column: member.name.loc.start.column };
    const inner = pointer + pointerStep(name);
    if (entries.has(name.toLowerCase())) {
      findings.error({ place, pointer: inner }, raise.OCELOT_NAME_REPEATED({ name }));
      continue;
    }
    if (name.includes(':')) findings.warn({ place, pointer: inner }, raise.OCELOT_NAME_SPLIT({ name }));
    entries.set(name.toLowerCase(), { name, place, node: nodeOf(member.value, inner, file, findings) });
  }
  return entries;
}
