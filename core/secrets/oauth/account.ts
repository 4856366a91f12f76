import { type Http, parseJson } from '@backplane/sdk';
import { evaluatePath } from '../../language/path/evaluate-path.ts';
import type { ProviderAt } from './provider-at.ts';

/** Whose account a token opens. Undefined when the provider's description does not say how to ask, or it does not answer. */
export async function accountOf(
  http: Http,
  { spec, account }: ProviderAt,
  token: string,
): Promise<{ readonly id: string; readonly label: string } | undefined> {
  if (account === undefined) return undefined;
  try {
    const { status, body } = await http.send({
      url: account.url,
      headers: { accept: 'application/json', ...tokenHeader(spec, token) },
      timeoutMs: 10_000,
      maxResponseBytes: 1_048_576,
      followRedirects: false,
    });
    if (status !== 200) return undefined;
    const data: unknown = parseJson(Buffer.from(body).toString('utf8'));
    const text = (path: string) => plain(evaluatePath(path, data));
    const id = text(account.id);
    return id === undefined ? undefined : { id, label: text(account.label) ?? id };
  } catch {
    return undefined;
  }
}

/** How the token goes along with a request. */
function tokenHeader({ sendTokenAs }: ProviderAt['spec'], token: string): Record<string, string> {
  const { header, prefix } = sendTokenAs ?? { header: 'authorization', prefix: 'Bearer ' };
  return { [header.toLowerCase()]: `${prefix}${token}` };
}

function plain(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value.slice(0, 300);
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}
