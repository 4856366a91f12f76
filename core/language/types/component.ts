import { type InputType, withoutNone } from './input-type.ts';

/** How a form asks for a value. */
export type InputComponent =
  | { readonly kind: 'integer' | 'float' | 'toggle' | 'text' | 'tag-input' | 'yaml' }
  | { readonly kind: 'select'; readonly options: readonly string[] };

/** The form element for a type. A `None` beside it makes no difference: leaving the element empty gives null. */
export function inputComponent(nullableType: InputType): InputComponent {
  const { type } = withoutNone(nullableType);
  switch (type.kind) {
    case 'int':
      return { kind: 'integer' };
    case 'float':
      return { kind: 'float' };
    case 'bool':
      return { kind: 'toggle' };
    case 'str':
      return { kind: 'text' };
    case 'enum':
      return { kind: 'select', options: type.values };
    default:
      return { kind: isTags(type) ? 'tag-input' : 'yaml' };
  }
}

/** `list[str]`, or the same beside `str`. */
function isTags(type: InputType): boolean {
  if (type.kind === 'list') return type.item.kind === 'str';
  if (type.kind !== 'union' || type.members.length !== 2) return false;
  return (
    type.members.some((member) => member.kind === 'str') &&
    type.members.some((member) => member.kind === 'list' && isTags(member))
  );
}
