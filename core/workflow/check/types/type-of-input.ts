import type { InputType } from '../../../language/types/input-type.ts';
import { oneOf, type StaticType } from './static-type.ts';

/** What a declared input is once it has been converted: dates and durations are ISO text then. */
export function typeOfInput(type: InputType): StaticType {
  switch (type.kind) {
    case 'int':
    case 'float':
    case 'bool':
      return [{ kind: type.kind }];
    case 'str':
    case 'datetime':
    case 'duration':
      return [{ kind: 'str' }];
    case 'none':
      return [{ kind: 'null' }];
    case 'any':
      return 'unknown';
    case 'enum':
      return [{ kind: 'str', values: type.values }];
    case 'list':
      return [{ kind: 'list', item: typeOfInput(type.item) }];
    case 'dict':
      return [{ kind: 'dict', fields: new Map(), others: typeOfInput(type.value) }];
    case 'union':
      return oneOf(...type.members.map(typeOfInput));
  }
}
