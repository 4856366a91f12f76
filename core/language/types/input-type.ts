/** The kinds of value that have no parts. */
export const SCALAR_KINDS = ['int', 'str', 'bool', 'float', 'datetime', 'duration', 'any', 'none'] as const;
export type ScalarKind = (typeof SCALAR_KINDS)[number];

/** A type as `expects` writes it: `int`, `list[str]`, `dict[str, any]`, `enum["low", "high"]`, `str | None`. */
export type InputType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'list'; readonly item: InputType }
  | { readonly kind: 'dict'; readonly key: InputType; readonly value: InputType }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  /** At least two members, none of them a union. */
  | { readonly kind: 'union'; readonly members: readonly InputType[] };

/** The type as it would be written: what messages call it. */
export function typeText(type: InputType): string {
  switch (type.kind) {
    case 'none':
      return 'None';
    case 'list':
      return `list[${typeText(type.item)}]`;
    case 'dict':
      return `dict[${typeText(type.key)}, ${typeText(type.value)}]`;
    case 'enum':
      return `enum[${type.values.map((value) => JSON.stringify(value)).join(', ')}]`;
    case 'union':
      return type.members.map(typeText).join(' | ');
    default:
      return type.kind;
  }
}

/** The type without its `None`, and whether it had one. `None` alone stays as it is. */
export function withoutNone(type: InputType): { readonly type: InputType; readonly nullable: boolean } {
  if (type.kind !== 'union') return { type, nullable: type.kind === 'none' };
  const members = type.members.filter((member) => member.kind !== 'none');
  const nullable = members.length < type.members.length;
  if (members.length === 0) return { type: { kind: 'none' }, nullable };
  return { type: members.length === 1 ? members[0]! : { kind: 'union', members }, nullable };
}
