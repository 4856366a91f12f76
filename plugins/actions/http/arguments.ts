import { z } from 'zod';
import { numberArgument } from './exact-number.ts';

/** An argument that may be left out or null. */
function optional<S extends z.ZodType>(schema: S) {
  return schema.nullish().transform((value): z.output<S> | undefined => value ?? undefined);
}

/** An argument that may be left out or null, both meaning `fallback`. */
function defaulted<S extends z.ZodType>(schema: S, fallback: z.output<S>, description: string) {
  return schema
    .nullish()
    .transform((value): z.output<S> => value ?? fallback)
    .describe(`${description} Default: ${JSON.stringify(fallback)}.`);
}

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const file = z.union([
  z.string(),
  z.strictObject({ filename: z.string().nullish(), content_base64: z.string(), content_type: z.string().nullish() }),
]);

const credentials = z.strictObject({ username: z.string().nullable(), password: z.string().nullish() });

const entries = z.record(z.string(), z.unknown());

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** What every action of this plugin can say about a request. */
const requestArguments = {
  url: z.string().describe('Where the request goes.'),
  method: z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.enum(METHODS))
    .default('GET')
    .meta({ enum: METHODS })
    .describe('HTTP method. Default: GET.'),
  headers: optional(entries).describe('Request headers; null ones are left out.'),
  params: optional(entries).describe('Query parameters; null ones are left out, lists repeat the name.'),
  payload: z.unknown().describe('JSON body.').optional(),
  form_data: optional(entries).describe('Fields of a form body.'),
  omit_null_fields: defaulted(flag, false, 'Leave null members out of payload and form_data, at every depth of maps.'),
  auth: optional(credentials).describe('Basic authentication.'),
  timeout: defaulted(numberArgument({ minimum: 0.001 }), 10, 'Seconds for the whole exchange.'),
  follow_redirects: defaulted(flag, false, 'Follow redirects, without credentials once they leave the origin.'),
  max_redirects: defaulted(numberArgument({ minimum: 0, integer: true }), 20, 'More redirects are an error.'),
  ignore_status_codes: defaulted(
    z.array(numberArgument({ integer: true })),
    [],
    'Statuses of 400 and above that are no error.',
  ),
  verify_ssl: defaulted(flag, true, 'Check the certificate of the server.'),
  parse: defaulted(
    z.enum(['auto', 'json', 'text']),
    'auto',
    '`auto` parses bodies of type application/json; `json` parses every body; `text` none.',
  ),
  base64_encode_data: defaulted(flag, false, 'Give the body as Base64 instead of text or JSON.'),
  idempotency_key_header: optional(z.string()).describe(
    'Name of a header, for instance Idempotency-Key, that gets the same value on every attempt of this step.',
  ),
};

const bodyArguments = {
  content: optional(z.string()).describe('Body sent as it is; excludes payload, form_data and files.'),
  files: optional(z.record(z.string(), file)).describe(
    'Files by form field: Base64 text, or {filename, content_base64, content_type}. At most 5, of at most 20 MB each.',
  ),
};

export const httpRequestArguments = z.strictObject({ ...requestArguments, ...bodyArguments });

const { base64_encode_data: _base64, ...repeatable } = requestArguments;

export const httpPollArguments = z.strictObject({
  ...repeatable,
  poll_retry_codes: defaulted(
    z.union([
      z.array(numberArgument({ integer: true })),
      numberArgument({ integer: true }).transform((code) => [code]),
    ]),
    [],
    'Statuses that mean "not yet". Ignored when there is a poll_condition.',
  ),
  poll_interval: optional(numberArgument({ minimum: 0 })).describe(
    'Seconds between attempts; null doubles the pause from 1 to 60 s.',
  ),
  poll_max_attempts: defaulted(
    numberArgument({ minimum: 0, integer: true }),
    10,
    '0: no limit but the time limit of the action.',
  ),
  poll_condition: optional(z.string()).describe('Lambda over {headers, data, status_code}; true ends the polling.'),
});

export const httpPaginateArguments = z.strictObject({
  ...repeatable,
  stop_condition: z.string().describe('Lambda over {headers, data, status_code}; true ends the pagination.'),
  next_request: z
    .string()
    .describe(
      'Lambda over {headers, data, status_code} giving what changes in the next request (url, method, headers, params, payload, form_data); null ends.',
    ),
  items_jsonpath: optional(z.string()).describe(
    'Where the items of a page stand in its data; without it whole responses are listed.',
  ),
  limit: defaulted(numberArgument({ minimum: 0, integer: true }), 1000, 'Most items (or responses) to give.'),
});

export type RequestArguments = z.output<typeof httpRequestArguments>;
/** What stays the same whether a request carries files or not. */
export type RepeatableArguments = Omit<RequestArguments, 'content' | 'files' | 'base64_encode_data'> &
  Partial<Pick<RequestArguments, 'content' | 'files' | 'base64_encode_data'>>;

export const httpResponse = z.object({
  status_code: z.number(),
  headers: z.record(z.string(), z.string()),
  data: z.unknown(),
});
