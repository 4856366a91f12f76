import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BackplaneError, type ErrorEntry, type ErrorRecord, parseJson, stringifyJson } from '@backplane/sdk';
import { catalogue, raise } from '../errors/catalogue.ts';
import { CHECKOUT } from '../host/checkout.ts';
import { isRecord } from '../language/values/is-record.ts';
import { storedToken } from './stored-sign-in.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** Which host to talk to: what the options of a command say. */
export interface ApiAddress {
  /** Else BACKPLANE_URL, else a host on this machine with the default port. */
  readonly url?: string;
  /** Else BACKPLANE_KEY, else the session of `backplane login`, else, for a host on this machine, the admin key of its data folder. */
  readonly key?: string;
  /** The data folder of a host on this machine; default: that of the checkout. */
  readonly data?: string;
  /** Name or id. Else BACKPLANE_WORKSPACE, else what the host takes for whoever has the key. */
  readonly workspace?: string;
}

export interface ApiRequest {
  /** Absent values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON, with exact numbers. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Sent without a key. */
  readonly open?: boolean;
}

export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiClient {
  /** Of the host, without a slash at its end. */
  readonly url: string;
  /** The JSON of the answer; undefined when it has no body. Problems of the host become errors of the same code. */
  send(method: ApiMethod, path: string, request?: ApiRequest): Promise<any>;
  /** The answer itself, for streams. Problems of the host become errors of the same code. */
  open(method: ApiMethod, path: string, request?: ApiRequest): Promise<Response>;
}

/** A client of a running host. `path` of its methods is below `/api`. Throws USAGE or API_KEY_MISSING before anything is sent. */
export function createApiClient(address: ApiAddress, environment: NodeJS.ProcessEnv = process.env): ApiClient {
  const url = hostUrl(address, environment);
  const key =
    address.key ??
    filled(environment['BACKPLANE_KEY']) ??
    (address.data === undefined ? storedToken(url, environment) : undefined) ??
    localKey(url, address.data);
  if (key === undefined) throw raise.API_KEY_MISSING({ url });
  if (!/^[\x21-\x7e]+$/.test(key)) throw raise.USAGE({ message: '--key: a key has only visible ASCII characters.' });
  const workspace = address.workspace ?? filled(environment['BACKPLANE_WORKSPACE']);
  if (workspace !== undefined && !/^[\x21-\x7e]+$/.test(workspace))
    throw raise.USAGE({ message: '--workspace: expected the name or id of a workspace.' });
  const sender = { url, key, ...(workspace !== undefined && { workspace }) };
  const open = async (method: ApiMethod, path: string, request: ApiRequest = {}) => {
    const response = await call(sender, method, path, request);
    if (!response.ok) throw await problemOf(url, response);
    return response;
  };
  return {
    url,
    open,
    async send(method, path, request) {
      const response = await open(method, path, request);
      const text = await textOf(url, response);
      return text === '' ? undefined : parsed(url, text);
    },
  };
}

/** The address of the host that is meant, without a slash at its end. Throws USAGE. */
export function hostUrl({ url }: Pick<ApiAddress, 'url'>, environment: NodeJS.ProcessEnv): string {
  return baseUrl(url ?? filled(environment['BACKPLANE_URL']) ?? DEFAULT_URL);
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function baseUrl(text: string): string {
  const found = URL.canParse(text) ? new URL(text) : undefined;
  if (found === undefined || !/^https?:$/.test(found.protocol))
    throw raise.USAGE({ message: `--url: expected an http or https address, got \`${text}\`.` });
  return `${found.origin}${found.pathname}`.replace(/\/+$/, '');
}

/** Read only for a host on this machine: the key must not travel to another one because somebody mistyped an address. */
function localKey(url: string, data: string | undefined): string | undefined {
  if (!/^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)) return undefined;
  const file = join(resolve(data ?? join(CHECKOUT, '.backplane')), 'admin.key');
  try {
    return existsSync(file) ? filled(readFileSync(file, 'utf8').trim()) : undefined;
  } catch (cause) {
    throw raise.CONFIG_UNREADABLE({ file, cause: (cause as NodeJS.ErrnoException).code ?? 'no access' }, { cause });
  }
}

interface Sender {
  readonly url: string;
  readonly key: string;
  readonly workspace?: string;
}

async function call(
  { url, key, workspace }: Sender,
  method: ApiMethod,
  path: string,
  { query = {}, body, headers = {}, signal, open = false }: ApiRequest,
): Promise<Response> {
  const target = new URL(`${url}/api${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) target.searchParams.set(name, String(value));
  try {
    return await fetch(target, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json, text/event-stream',
        ...(!open && { authorization: `Bearer ${key}` }),
        ...(workspace !== undefined && { 'x-backplane-workspace': workspace }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: stringifyJson(body) }),
      ...(signal !== undefined && { signal }),
    });
  } catch (thrown) {
    throw unreachable(url, thrown, signal);
  }
}

function unreachable(url: string, thrown: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted === true) return thrown;
  const { cause, message } = thrown as Error & { readonly cause?: NodeJS.ErrnoException };
  return raise.API_UNREACHABLE({ url, cause: cause?.code ?? cause?.message ?? message }, { cause: thrown });
}

async function textOf(url: string, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (thrown) {
    throw unreachable(url, thrown);
  }
}

function parsed(url: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw raise.API_ANSWER_INVALID({ url, problem: 'its answer is not JSON' }, { cause });
  }
}

/** The error that the host describes, with its own code, remedy and details. */
async function problemOf(url: string, response: Response): Promise<BackplaneError> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) {
    await response.body?.cancel();
    return raise.API_ANSWER_INVALID({ url, problem: `it answers with status ${response.status} and no problem` });
  }
  const problem = parsed(url, await textOf(url, response));
  if (!isRecord(problem) || typeof problem['code'] !== 'string')
    return raise.API_ANSWER_INVALID({ url, problem: 'its problem has no code' });
  const { code, detail, remedy, position, details } = problem as unknown as ErrorRecord & { readonly detail: string };
  const { blame, retry, ...known }: Partial<ErrorEntry> = catalogue[code as keyof typeof catalogue] ?? {};
  const pause = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new BackplaneError(code, String(detail ?? `status ${response.status}`), {
    status: response.status,
    blame: blame ?? 'upstream',
    retry: retry ?? 'never',
    remedy: remedy ?? known.remedy ?? 'See the log of the host.',
    ...(position !== undefined && { position }),
    ...(details !== undefined && { details }),
    ...(pause > 0 && { retryAfterMs: pause * 1000 }),
  });
}
