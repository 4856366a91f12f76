import { z } from 'zod';
import { gatewayFileSchema } from './gateway-file-schema.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

let root: SchemaNode | undefined;

/** The keys that a map at this place of a gateway file may have, in any of its forms. */
export function knownKeys(path: readonly (string | number)[]): readonly string[] {
  root ??= z.toJSONSchema(gatewayFileSchema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as SchemaNode;
  let nodes = formsOf(root);
  for (const step of path) nodes = nodes.flatMap((node) => below(node, step)).flatMap(formsOf);
  return [...new Set(nodes.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

function formsOf(node: SchemaNode): readonly SchemaNode[] {
  return [node, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(formsOf)];
}

function below({ items, properties, additionalProperties }: SchemaNode, step: string | number): readonly SchemaNode[] {
  if (typeof step === 'number') return items === undefined ? [] : [items];
  const named = properties?.[step];
  if (named !== undefined) return [named];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}
