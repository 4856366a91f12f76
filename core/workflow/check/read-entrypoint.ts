import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { parseType } from '../../language/types/parse-type.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { InputDeclaration, WorkflowDefinition } from '../workflow-definition.ts';
import { kindOfValue } from './kind-of-value.ts';
import { MappingReader } from './mapping-reader.ts';

const FORBIDDEN_INPUTS = new Set(['__proto__', 'prototype', 'constructor']);

/** The declared input of a workflow. An old form is a single text, the ref of the first action. */
export function readEntrypoint(findings: Findings, reader: MappingReader): WorkflowDefinition['entrypoint'] {
  const written = reader.raw('entrypoint');
  if (typeof written === 'string') return { ref: written };
  const entrypoint = reader.nested('entrypoint', '`entrypoint`', (inner) => {
    const ref = inner.text('ref');
    const expects = inner.record('expects');
    const path = [...inner.path, 'expects'];
    return {
      ...(ref !== undefined && { ref }),
      ...(expects !== undefined && { expects: readExpects(findings, expects, path) }),
    };
  });
  return entrypoint ?? {};
}

function readExpects(findings: Findings, expects: object, path: DataPath): Readonly<Record<string, InputDeclaration>> {
  const declared: Record<string, InputDeclaration> = Object.create(null);
  for (const [name, field] of Object.entries(expects)) {
    const declaration = readInput(findings, name, field, [...path, name]);
    if (declaration !== undefined) declared[name] = declaration;
  }
  return declared;
}

function readInput(findings: Findings, name: string, field: unknown, path: DataPath): InputDeclaration | undefined {
  if (FORBIDDEN_INPUTS.has(name)) {
    findings.atKey(path, raise.WORKFLOW_VALUE({ key: name, problem: 'is reserved and cannot name an input' }));
  }
  if (!isRecord(field)) {
    const error = raise.WORKFLOW_TYPE({ key: name, expected: 'a mapping with `type`', found: kindOfValue(field) });
    findings.atValue(path, error, { expected: 'a mapping with `type`' });
    return undefined;
  }
  const reader = new MappingReader(findings, field, path, `the input \`${name}\``);
  const type = reader.require('type') ? reader.text('type') : undefined;
  const description = reader.text('description');
  reader.raw('default');
  // Both are read and say nothing that `type` and `default` do not say, as in the original.
  reader.list('enum');
  reader.flag('optional');
  reader.finish();
  if (type === undefined || !isType(findings, type, [...path, 'type'])) return undefined;
  return {
    type,
    ...(description !== undefined && { description }),
    // A default of null is a default: the input may be left out.
    ...(Object.hasOwn(field, 'default') && { default: field['default'] }),
  };
}

function isType(findings: Findings, type: string, path: DataPath): boolean {
  try {
    parseType(type);
    return true;
  } catch (error) {
    if (!BackplaneError.is(error)) throw error;
    const offset = error.facts.details?.['offset'];
    const position =
      typeof offset === 'number' ? findings.source.positionInside(path, offset) : findings.source.positionOf(path);
    findings.at(position, error);
    return false;
  }
}
