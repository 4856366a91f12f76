import { type HttpRequest, stringifyJson } from '@backplane/sdk';
import type { RepeatableArguments } from './arguments.ts';
import { raise } from './errors.ts';
import { checkFiles, multipart } from './file-upload.ts';
import { encodeForm, wirePairs } from './wire-text.ts';

export interface RequestBody {
  readonly body?: HttpRequest['body'];
  readonly contentType?: string;
}

/** The body of a request. Null and absent mean none; every other value, however empty, is one. Throws HTTP_CALL_BODY_CONFLICT. */
export function requestBody(input: RepeatableArguments): RequestBody {
  const { payload, content, form_data, files } = input;
  refuseConflicts(input);
  if (files !== undefined && Object.keys(files).length > 0) {
    checkFiles(files);
    return { body: () => multipart(files, form_data ?? {}) };
  }
  if (content !== undefined) return { body: content };
  if (form_data !== undefined) {
    return { body: encodeForm(wirePairs(form_data)), contentType: 'application/x-www-form-urlencoded' };
  }
  if (payload === undefined || payload === null) return {};
  return { body: stringifyJson(payload), contentType: 'application/json' };
}

function refuseConflicts({ payload, content, form_data, files }: RepeatableArguments): void {
  const kinds = { payload: payload ?? undefined, content, form: form_data ?? files };
  if (Object.values(kinds).filter((kind) => kind !== undefined).length < 2) return;
  const given = Object.entries({ payload: kinds.payload, content, form_data, files })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  throw raise.HTTP_CALL_BODY_CONFLICT({ given });
}
