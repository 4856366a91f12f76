import { type HttpRequest, stringifyJson } from '@backplane/sdk';
import type { RepeatableArguments } from './arguments.ts';
import { raise } from './errors.ts';
import { checkFiles, multipart } from './file-upload.ts';
import { encodeForm, wirePairs } from './wire-text.ts';
import { withoutNulls } from './without-nulls.ts';

export interface RequestBody {
  readonly body?: HttpRequest['body'];
  readonly contentType?: string;
}

/** The body of a request. Null and absent mean none; every other value, however empty, is one. Throws HTTP_CALL_BODY_CONFLICT. */
export function requestBody(input: RepeatableArguments): RequestBody {
  const { content, files } = input;
  refuseConflicts(input);
  const payload = input.omit_null_fields ? withoutNulls(input.payload) : input.payload;
  const form_data = input.omit_null_fields
    ? (withoutNulls(input.form_data) as typeof input.form_data)
    : input.form_data;
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
