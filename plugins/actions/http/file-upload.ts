import type { RequestArguments } from './arguments.ts';
import { raise } from './errors.ts';
import { sanitizeFileName } from './file-name.ts';
import { wirePairs } from './wire-text.ts';

type Files = NonNullable<RequestArguments['files']>;

/** Five files of 20 MB are also the 100 MB that one request may upload. */
const MAX_FILES = 5;
const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** Refuses too many files or too large ones without decoding any. Throws HTTP_CALL_TOO_MANY_FILES, HTTP_CALL_FILE_TOO_LARGE. */
export function checkFiles(files: Files): void {
  const count = Object.keys(files).length;
  if (count > MAX_FILES) throw raise.HTTP_CALL_TOO_MANY_FILES({ count, limit: MAX_FILES });
  for (const [field, file] of Object.entries(files)) {
    const text = typeof file === 'string' ? file : file.content_base64;
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
    const bytes = Math.floor((text.replaceAll(/\s/g, '').length * 3) / 4) - padding;
    if (bytes > MAX_FILE_BYTES) throw raise.HTTP_CALL_FILE_TOO_LARGE({ field, limit: MAX_FILE_BYTES });
  }
}

/** The multipart body: form fields first, then the files. Throws HTTP_CALL_FILE_NOT_BASE64. */
export function multipart(files: Files, fields: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData();
  for (const [name, value] of wirePairs(fields)) form.append(name, value);
  for (const [field, given] of Object.entries(files)) {
    const file =
      typeof given === 'string' ? { content_base64: given, filename: undefined, content_type: undefined } : given;
    const type = file.content_type ?? 'application/octet-stream';
    form.append(
      field,
      new Blob([decode(field, file.content_base64)], { type }),
      sanitizeFileName(file.filename || field),
    );
  }
  return form;
}

function decode(field: string, text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(text);
  } catch (error) {
    throw raise.HTTP_CALL_FILE_NOT_BASE64({ field }, { cause: error });
  }
}
