import { readKeepTime } from '../../language/types/keep-time.ts';
import type { WorkflowDefinition } from '../workflow-definition.ts';
import type { MappingReader } from './mapping-reader.ts';

type Retention = NonNullable<WorkflowDefinition['config']['retention']>;

/** Reads `retention` of a workflow's `config`: how long its ended runs are kept, where that is not the host's rule. */
export function readRetention(config: MappingReader): Retention | undefined {
  return config.nested('retention', '`retention`', (reader) => {
    const keep = (status: keyof Retention): Retention => {
      const text = reader.text(status);
      if (text === undefined) return {};
      if (readKeepTime(text) !== undefined) return { [status]: text };
      reader.bad(status, 'must be a time such as `30d`, `12h` or `forever`');
      return {};
    };
    return { ...keep('completed'), ...keep('failed'), ...keep('cancelled') };
  });
}
