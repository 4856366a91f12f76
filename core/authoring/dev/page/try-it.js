const at = (id) => document.getElementById(id);
let state = { generation: 0 };
let chosen;
/** Runs that were asked for: the answer to the last one is shown, whichever comes last. */
let asked = 0;

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== undefined));
  return element;
};
const pretty = (value) => JSON.stringify(value, null, 2) ?? 'nothing';

/** Everything is shown as text: what a plugin says is never taken for markup. */
function fault(error) {
  const place = error.position ? `${error.position.file ?? ''}:${error.position.line}:${error.position.column}\n` : '';
  return make(
    'div',
    { className: 'failed' },
    make('b', { textContent: error.code }),
    make('div', { textContent: `${place}${error.message}` }),
    error.remedy ? make('div', { className: 'remedy', textContent: error.remedy }) : undefined,
  );
}

/** One field of the form; `read` gives its value, undefined when it is empty, and throws a sentence when it is none. */
function field(name, schema, needed) {
  const types = [schema.type ?? (schema.anyOf ?? []).map((one) => one.type)].flat();
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  const caption = make('b', { textContent: name, className: needed ? 'needed' : '' });
  const note = schema.description ? make('small', { textContent: schema.description }) : undefined;
  const fallback = schema.default;
  if (types.length === 1 && types[0] === 'boolean') {
    const input = make('input', { type: 'checkbox', id: `field-${name}`, checked: fallback === true });
    const set = (value) => (input.checked = value === true);
    return {
      element: make('label', { className: 'check' }, input, ' ', caption, note),
      input,
      read: () => input.checked,
      set,
    };
  }
  if (choices !== undefined) {
    const empty = needed ? [] : [make('option', { value: '', textContent: '' })];
    const options = choices.map((choice, index) =>
      make('option', { value: String(index), textContent: String(choice) }),
    );
    const input = make('select', { id: `field-${name}` }, ...empty, ...options);
    const set = (value) => (input.value = choices.includes(value) ? String(choices.indexOf(value)) : '');
    if (fallback !== undefined) set(fallback);
    return { element: make('label', {}, caption, note, input), input, read: () => choices[input.value], set };
  }
  const plain = types.every((type) => ['string', 'number', 'integer'].includes(type)) && types.length === 1;
  const numeric = plain && types[0] !== 'string';
  const long = plain && !numeric && (schema.maxLength ?? 0) > 200;
  const input = make(plain && !long ? 'input' : 'textarea', { id: `field-${name}`, spellcheck: false });
  if (numeric) Object.assign(input, { type: 'number', step: types[0] === 'integer' ? '1' : 'any' });
  if (!plain) input.placeholder = 'JSON';
  const set = (value) => (input.value = value === undefined ? '' : plain ? String(value) : pretty(value));
  set(fallback);
  const read = () => {
    if (input.value === '') return undefined;
    if (numeric) return Number(input.value);
    if (plain) return input.value;
    try {
      return JSON.parse(input.value);
    } catch (error) {
      throw Object.assign(new Error(`${name} is not JSON: ${error.message}`), { input });
    }
  };
  return { element: make('label', {}, caption, note, input), input, read, set };
}

function showForm(action) {
  const { properties = {}, required = [] } = action.inputSchema;
  const fields = Object.entries(properties).map(([name, schema]) => [
    name,
    field(name, schema === true ? {} : schema, required.includes(name)),
  ]);
  const run = make('button', { className: 'run', textContent: 'Run' });
  const examples = action.examples.map((example) =>
    make('button', {
      type: 'button',
      className: 'example',
      textContent: example.name || 'Example',
      onclick: () => {
        for (const [name, { set }] of fields) set(example.input?.[name] ?? properties[name]?.default);
      },
    }),
  );
  const form = at('form');
  form.replaceChildren(
    ...[
      make('h2', { textContent: action.name }),
      make('div', { textContent: action.summary }),
      make('small', {
        textContent: `${action.effect} · idempotent: ${action.idempotent}${action.uses.length ? ` · uses ${action.uses.join(', ')}` : ''}`,
      }),
      make('div', {}, ...examples),
      ...fields.map(([, { element }]) => element),
      fields.length === 0 ? make('p', { className: 'quiet', textContent: 'It takes no arguments.' }) : undefined,
      run,
    ].filter((part) => part !== undefined),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const input = {};
    try {
      for (const [name, { read, input: element }] of fields) {
        element.classList.remove('bad');
        const value = read();
        if (value !== undefined) input[name] = value;
      }
    } catch (error) {
      error.input?.classList.add('bad');
      at('outcome').replaceChildren(make('div', { className: 'failed', textContent: error.message }));
      return;
    }
    run.disabled = true;
    asked += 1;
    const own = asked;
    try {
      const answer = await fetch('/run', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ action: action.name, input }),
      });
      const outcome = await answer.json();
      if (own === asked) showOutcome(outcome);
      state = await (await fetch('/state')).json();
      if (state.facts !== undefined) showWalls(state.facts, state.refused);
    } catch (error) {
      at('outcome').replaceChildren(make('div', { className: 'failed', textContent: `No answer: ${error.message}` }));
    } finally {
      run.disabled = false;
    }
  };
}

function showOutcome({ result, error, logs = [], requests = [], ms }) {
  const parts = error
    ? [make('h3', { textContent: 'Failed' }), fault(error)]
    : [
        make('h3', { textContent: `Result, after ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` }),
        make('pre', { id: 'result', textContent: pretty(result) }),
      ];
  const rows = (cells) =>
    make('table', {}, ...cells.map((row) => make('tr', {}, ...row.map((cell) => make('td', { textContent: cell })))));
  if (requests.length > 0)
    parts.push(
      make('h3', { textContent: 'Requests' }),
      rows(
        requests.map(({ method, url, status, failed, ms: took }) => [
          method,
          url,
          String(status ?? failed),
          `${Math.round(took)} ms`,
        ]),
      ),
    );
  if (logs.length > 0)
    parts.push(
      make('h3', { textContent: 'Log' }),
      rows(logs.map(({ level, message, fields }) => [level, message, fields ? JSON.stringify(fields) : ''])),
    );
  at('outcome').replaceChildren(...parts);
}

/** Where it runs, what it may do, and what it wanted all the same. */
function showWalls({ tier, granted }, refused) {
  const lines = (title, entries, className) => [
    make('dt', { textContent: title, className }),
    ...entries.map((entry) => make('dd', { textContent: entry, className })),
  ];
  at('walls').hidden = false;
  at('walls').replaceChildren(
    make(
      'dl',
      {},
      ...lines('Runs in the tier', [tier]),
      ...lines('May', granted.length > 0 ? granted : ['compute, and nothing else']),
      ...(refused.length > 0 ? lines('Refused', refused, 'refused') : []),
    ),
  );
}

function show() {
  const { facts, error, generation, refused } = state;
  at('fault').hidden = error === undefined;
  if (error !== undefined) {
    const keeps = facts ? make('div', { textContent: `Version ${generation} goes on serving.` }) : undefined;
    at('fault').replaceChildren(fault(error), ...(keeps ? [keeps] : []));
  }
  if (facts === undefined) return;
  showWalls(facts, refused);
  document.title = `${facts.id} – try it`;
  at('title').textContent = facts.id;
  at('version').textContent = `${facts.version}, load ${generation}`;
  const action = facts.actions.find(({ name }) => name === chosen) ?? facts.actions[0];
  chosen = action?.name;
  at('actions').replaceChildren(
    ...facts.actions.map(({ name, title }) => {
      const button = make('button', {
        type: 'button',
        textContent: title,
        title: name,
        onclick: () => {
          chosen = name;
          show();
        },
      });
      if (name === chosen) button.setAttribute('aria-current', 'true');
      return button;
    }),
    ...facts.others.map(({ kind, name }) => make('small', { textContent: `${kind} ${name}` })),
  );
  const kept = values();
  if (action !== undefined) showForm(action);
  for (const [id, value] of kept) {
    const input = document.getElementById(id);
    if (input?.type === 'checkbox') input.checked = value;
    else if (input) input.value = value;
  }
}

/** What is typed in survives a reload of the plugin. */
const values = () =>
  at('form').querySelector('h2')?.textContent === chosen
    ? [...at('form').querySelectorAll('input, select, textarea')].map((input) => [
        input.id,
        input.type === 'checkbox' ? input.checked : input.value,
      ])
    : [];

async function refresh() {
  state = await (await fetch('/state')).json();
  show();
}

const changes = new EventSource('/changes');
changes.onmessage = refresh;
changes.onopen = () => {
  at('live').textContent = 'watching';
  at('live').className = '';
  void refresh();
};
changes.onerror = () => {
  at('live').textContent = 'the command has ended';
  at('live').className = 'bad';
};
