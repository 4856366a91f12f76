/** As much of a browser as sign-in needs: cookies by host, redirects, forms. */
export interface Browser {
  readonly cookies: Map<string, Map<string, string>>;
  get(url: string, headers?: Record<string, string>): Promise<Seen>;
  post(url: string, form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Seen>;
}

export interface Seen {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly location?: string;
}

export function openBrowser(): Browser {
  const cookies = new Map<string, Map<string, string>>();
  const jar = (url: string) => {
    const { host } = new URL(url);
    const found = cookies.get(host) ?? new Map<string, string>();
    cookies.set(host, found);
    return found;
  };
  async function send(url: string, init: RequestInit): Promise<Seen> {
    const kept = jar(url);
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      accept: 'text/html',
      ...(cookie !== '' && { cookie }),
      ...(init.headers as Record<string, string>),
    };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split(';');
      const [name = '', ...value] = pair.split('=');
      const isGone = rest.some((part) => /max-age=0$|expires=thu, 01 jan 1970/i.test(part.trim()));
      if (isGone) kept.delete(name);
      else kept.set(name, value.join('='));
    }
    const location = answer.headers.get('location');
    return {
      status: answer.status,
      url,
      text: await answer.text(),
      ...(location !== null && { location: new URL(location, url).href }),
    };
  }
  return {
    cookies,
    get: (url, headers = {}) => send(url, { headers }),
    post: (url, form, headers = {}) =>
      send(url, {
        method: 'POST',
        body: new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
  };
}

/** Follows redirects until there are none, or until one leads to an address that `stop` matches. */
export async function follow(browser: Browser, first: Seen, stop?: RegExp): Promise<Seen> {
  let seen = first;
  for (let hops = 0; seen.location !== undefined && hops < 20; hops++) {
    if (stop?.test(seen.location)) return seen;
    seen = await browser.get(seen.location);
  }
  return seen;
}

/** The fields and the address of the first form of a page. */
export function formOf({ text, url }: Seen): { readonly action: string; readonly fields: Record<string, string> } {
  const plain = (value: string) =>
    value.replaceAll('&#x3D;', '=').replaceAll('&#x2B;', '+').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  const form = /<form[\s\S]*?<\/form>/.exec(text)?.[0] ?? '';
  const attribute = (tag: string, name: string) => plain(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const fields = [...form.matchAll(/<input[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]);
  return {
    action: new URL(attribute(form, 'action'), url).href,
    fields: Object.fromEntries(fields.filter(([name]) => name !== '')),
  };
}
