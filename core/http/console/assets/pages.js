// Lists the pages of plugins and shows one in a frame that can do nothing but ask for its own plugin's routes.
const form = document.querySelector('form');
const list = document.querySelector('ul');
const main = document.querySelector('main');
const note = document.querySelector('output');
let key = '';
let shown;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  key = new FormData(form).get('key');
  const answer = await fetch('/api/console/pages', { headers: { authorization: `Bearer ${key}` } });
  if (!answer.ok) {
    note.value = (await answer.json()).detail;
    return;
  }
  const { items } = await answer.json();
  note.value = items.length === 0 ? 'No plugin brings a page.' : '';
  list.replaceChildren(...items.map(entry));
});

function entry(page) {
  const button = document.createElement('button');
  button.textContent = page.title;
  button.title = `${page.plugin} · ${page.place}`;
  button.addEventListener('click', () => show(page));
  const item = document.createElement('li');
  item.append(button);
  return item;
}

function show(page) {
  const frame = document.createElement('iframe');
  frame.title = page.title;
  // No `allow-same-origin`: the page has no part in the console's storage, cookies or key.
  frame.setAttribute('sandbox', 'allow-scripts allow-forms');
  frame.src = page.url;
  main.replaceChildren(frame);
  shown = { frame, page };
}

addEventListener('message', async ({ source, data }) => {
  if (shown === undefined || source !== shown.frame.contentWindow || data?.backplane !== 'call') return;
  const { page } = shown;
  const answer = (rest) => source.postMessage({ backplane: 'answer', id: data.id, ...rest }, '*');
  try {
    answer(await call(page, data));
  } catch (problem) {
    answer({ refused: problem.message });
  }
});

async function call(page, { method, path, query, body }) {
  const url = new URL(`/api/plugins/${page.plugin}${path}`, location.origin);
  const below = url.pathname.slice(`/api/plugins/${page.plugin}`.length);
  const own = page.routes.some((route) => route.method === method && matches(route.path, below));
  if (!own || url.origin !== location.origin || !url.pathname.startsWith(`/api/plugins/${page.plugin}/`))
    throw new Error(`${method} ${path} is no route of the plugin ${page.plugin}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.append(name, value);
  const answer = await fetch(url, {
    method,
    redirect: 'error',
    headers: {
      authorization: `Bearer ${key}`,
      // Whatever the address is, only a plugin's route may answer it.
      'x-backplane-page': page.plugin,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  return {
    status: answer.status,
    headers: { 'content-type': type },
    body: /[/+]json\b/.test(type) && text !== '' ? JSON.parse(text) : text,
  };
}

/** `/tickets/{ticket}`: as many parts, the same ones but for those in braces. */
function matches(pattern, path) {
  const parts = pattern.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  );
}
