import { Float } from '@backplane/sdk';
import { describe, expect, test } from 'vitest';
import { leafAction } from '../leaf-action.fixture.ts';
import type { SecretSource } from '../runnable-action.ts';
import { TemplateBench } from './template-bench.fixture.ts';

const echo = leafAction({ name: 'core.echo' });
const fail = leafAction({
  name: 'core.fail',
  run: ({ args }) => {
    throw new Error(`no: ${args['why']}`);
  },
});

describe('inputs', () => {
  const bench = () =>
    new TemplateBench(echo).template(
      'typed',
      `
      expects:
        count: {type: int}
        since: {type: datetime | None, default: null}
        level: {type: 'enum["low", "high"]', default: low}
        raw: {type: any, default: "\${{ not evaluated }}"}
      steps:
        - ref: a
          action: core.echo
          args: {count: "\${{ inputs.count }}", since: "\${{ inputs.since }}", level: "\${{ inputs.level }}", raw: "\${{ inputs.raw }}"}
      returns: \${{ steps.a.result }}
      `,
    );

  test('are converted to their types and given defaults as written', async () => {
    const result = await bench().run('typed', { count: ' 7 ', since: '2024-01-31T10:00:00+02:00' });
    expect(result).toEqual({
      count: 7,
      since: '2024-01-31T10:00:00+02:00',
      level: 'low',
      raw: '${{ not evaluated }}',
    });
  });

  test('that are unknown, missing or of a wrong type are refused together', async () => {
    await expect(bench().run('typed', { cuont: 1, level: 'hihg' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      facts: { details: { problems: [{ at: ['cuont'] }, { at: ['count'] }, { at: ['level'] }] } },
    });
  });

  test('a required nullable input must still be given', async () => {
    const nullable = new TemplateBench(echo).template(
      'nullable',
      'expects: {a: {type: str | None}}\nsteps: [{ref: s, action: core.echo, args: {}}]\nreturns: "${{ inputs.a }}"',
    );
    await expect(nullable.run('nullable')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await nullable.run('nullable', { a: null })).toBeNull();
  });
});

describe('steps', () => {
  test('run in order, see the results before them, and are told to the recorder with evaluated arguments', async () => {
    const bench = new TemplateBench(echo).template(
      'chain',
      `
      expects: {}
      steps:
        - {ref: one, action: core.echo, args: {n: 2.0, gone: null}}
        - {ref: two, action: core.echo, args: {n: "\${{ steps.one.result.n + 1 }}", t: "\${{ steps.one.result_typename }}"}}
      returns:
        last: \${{ steps.two.result.n }}
        error: \${{ steps.two.error }}
        list: ["\${{ steps.two.result.t }}"]
      `,
    );
    expect(await bench.run('chain')).toEqual({ last: new Float(3), error: null, list: ['dict'] });
    expect(bench.calls).toEqual([
      { action: 'core.echo', args: { n: new Float(2), gone: null } },
      { action: 'core.echo', args: { n: new Float(3), t: 'dict' } },
    ]);
  });

  test('dates given to an action are dates, and results are data', async () => {
    const seen: unknown[] = [];
    const date = leafAction({ name: 'core.date', run: ({ args }) => seen.push(args['at']) });
    const bench = new TemplateBench(date).template(
      'dates',
      'expects: {}\nsteps: [{ref: a, action: core.date, args: {at: "${{ FN.to_datetime(0) }}"}}]\nreturns: "${{ FN.to_datetime(0) }}"',
    );
    expect(await bench.run('dates')).toMatch(/^1970-01-01T00:00:00/);
    expect(seen[0]).not.toBeTypeOf('string');
    expect(bench.calls[0]!.args).toMatchObject({ at: expect.stringMatching(/^1970-01-01T00:00:00/) });
  });

  test('a template may call a template that is added later, and only leaves are recorded', async () => {
    const bench = new TemplateBench(echo)
      .template(
        'outer',
        'expects: {x: {type: int}}\nsteps: [{ref: i, action: tools.test.inner, args: {x: "${{ inputs.x }}"}}]\nreturns: ${{ steps.i.result * 2 }}',
      )
      .template(
        'inner',
        'expects: {x: {type: int}}\nsteps: [{ref: e, action: core.echo, args: {x: "${{ inputs.x }}"}}]\nreturns: ${{ steps.e.result.x + 1 }}',
      );
    expect(await bench.run('outer', { x: 3 })).toBe(8);
    expect(bench.calls).toEqual([{ action: 'core.echo', args: { x: 3 } }]);
  });

  test('templates that call each other in a circle are stopped with the chain', async () => {
    const call = (to: string) => `expects: {}\nsteps: [{ref: s, action: tools.test.${to}, args: {}}]\nreturns: 1`;
    const bench = new TemplateBench().template('a', call('b')).template('b', call('a'));
    await expect(bench.run('a')).rejects.toThrow(/tools\.test\.a → tools\.test\.b → tools\.test\.a/);
  });

  test('arguments that an action wants unevaluated are handed over as written', async () => {
    const raw = leafAction({ name: 'core.raw', unevaluated: ['source'] });
    const bench = new TemplateBench(raw).template(
      'raw',
      'expects: {}\nsteps: [{ref: r, action: core.raw, args: {source: "${{ ACTIONS.x + }}", n: "${{ 1 + 1 }}"}}]\nreturns: ${{ steps.r.result }}',
    );
    expect(await bench.run('raw')).toEqual({ source: '${{ ACTIONS.x + }}', n: 2 });
  });

  test('a failing step is named, keeps the verdict of its cause, and shows the results before it', async () => {
    const bench = new TemplateBench(echo, fail).template(
      'late',
      `
      expects: {}
      steps:
        - {ref: first, action: core.echo, args: {a: 1}}
        - {ref: second, action: core.fail, args: {why: "\${{ SECRETS.vault.KEY }}"}}
      returns: 1
      `,
    );
    await expect(bench.run('late', {}, { secrets: { vault: { KEY: 'tok-12345' } } })).rejects.toMatchObject({
      code: 'TEMPLATE_STEP_FAILED',
      message: expect.stringContaining('Step "second" (core.fail) of tools.test.late failed: no: ***'),
      facts: {
        position: { file: 'late.yaml', line: 10 },
        details: {
          step: 'second',
          attempts: 1,
          cause: { code: 'INTERNAL', message: 'no: ***' },
          outputs: { first: { a: 1 } },
        },
      },
    });
  });

  test('an unknown action is named with the nearest known one', async () => {
    const bench = new TemplateBench(echo).template(
      'typo',
      'expects: {}\nsteps: [{ref: a, action: core.ehco, args: {}}]\nreturns: 1',
    );
    await expect(bench.run('typo')).rejects.toThrow(/There is no action "core\.ehco"\. Did you mean "core\.echo"\?/);
  });

  test('returns that cannot be evaluated still show what the steps gave', async () => {
    const bench = new TemplateBench(echo).template(
      'broken',
      'expects: {}\nsteps: [{ref: a, action: core.echo, args: {a: 1}}]\nreturns: ${{ steps.a.result + 1 }}',
    );
    await expect(bench.run('broken')).rejects.toMatchObject({
      code: 'TEMPLATE_RETURNS',
      facts: { details: { outputs: { a: { a: 1 } } } },
    });
  });
});

describe('control of single steps', () => {
  test('run_if skips, and the skipped result is null', async () => {
    const bench = new TemplateBench(echo).template(
      'conditional',
      `
      expects: {go: {type: bool}}
      steps:
        - {ref: a, action: core.echo, run_if: "\${{ inputs.go }}", args: {x: 1}}
      returns: [1, "\${{ steps.a.result }}"]
      `,
    );
    expect(await bench.run('conditional', { go: false })).toEqual([1, null]);
    expect(bench.calls).toEqual([]);
    expect(await bench.run('conditional', { go: true })).toEqual([1, { x: 1 }]);
  });

  test('for_each gives a list in order, with at most four items at once', async () => {
    let active = 0;
    let most = 0;
    const slow = leafAction({
      name: 'core.slow',
      run: async ({ args }) => {
        most = Math.max(most, ++active);
        await new Promise(setImmediate);
        active--;
        return args['n'];
      },
    });
    const bench = new TemplateBench(slow).template(
      'loop',
      `
      expects: {items: {type: 'list[int]'}}
      steps:
        - {ref: a, action: core.slow, for_each: "\${{ for var.n in inputs.items }}", args: {n: "\${{ var.n * 10 }}"}}
      returns: \${{ steps.a.result }}
      `,
    );
    expect(await bench.run('loop', { items: [1, 2, 3, 4, 5, 6, 7, 8, 9] })).toEqual([
      10, 20, 30, 40, 50, 60, 70, 80, 90,
    ]);
    expect(most).toBe(4);
  });

  test('a failing item is told after all have run', async () => {
    const odd = leafAction({
      name: 'core.odd',
      run: ({ args }) => {
        if (Number(args['n']) % 2 === 0) throw new Error(`${args['n']} is even`);
        return args['n'];
      },
    });
    const bench = new TemplateBench(odd).template(
      'loop',
      'expects: {}\nsteps: [{ref: a, action: core.odd, for_each: "${{ for var.n in [1, 2, 3, 4] }}", args: {n: "${{ var.n }}"}}]\nreturns: 1',
    );
    await expect(bench.run('loop')).rejects.toMatchObject({
      facts: {
        details: { cause: { code: 'TEMPLATE_ITEMS_FAILED', details: { failures: [{ index: 1 }, { index: 3 }] } } },
      },
    });
    expect(bench.calls).toHaveLength(4);
  });

  test('retry attempts again, with the same idempotency key', async () => {
    const keys: string[] = [];
    const flaky = leafAction({
      name: 'core.flaky',
      run: ({ run }) => {
        keys.push(`${run.attempt} ${run.idempotencyKey.split('/')[1]}`);
        if (run.attempt < 3) throw new Error('not yet');
        return 'done';
      },
    });
    const bench = new TemplateBench(flaky).template(
      'retried',
      'expects: {}\nsteps: [{ref: a, action: core.flaky, retry: {max_attempts: 3, delay: 0.001, backoff: 2}, args: {}}]\nreturns: ${{ steps.a.result }}',
    );
    expect(await bench.run('retried')).toBe('done');
    expect(keys).toEqual(['1 a', '2 a', '3 a']);
  });

  test('a step that takes too long is given up, and its signal aborts', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const hanging = leafAction({
      name: 'core.hang',
      run: ({ signal }) => {
        signal.addEventListener('abort', () => resolve());
        return new Promise(() => {});
      },
    });
    const bench = new TemplateBench(hanging).template(
      'slow',
      'expects: {}\nsteps: [{ref: a, action: core.hang, timeout: 0.02, args: {}}]\nreturns: 1',
    );
    await expect(bench.run('slow')).rejects.toMatchObject({
      facts: { status: 504, details: { cause: { code: 'TEMPLATE_STEP_TIMEOUT' } } },
    });
    await aborted;
  });
});

describe('secrets', () => {
  const counting = (values: Record<string, Record<string, string>>) => {
    const asked: string[][] = [];
    const source: SecretSource = {
      resolve: async (requirements) => {
        asked.push(requirements.map((one) => (one.type === 'custom' ? one.name : `${one.providerId}_oauth`)));
        return values;
      },
    };
    return { asked, source };
  };
  const body = (secrets: string, args: string) =>
    `secrets: ${secrets}\nexpects: {}\nsteps: [{ref: a, action: core.echo, args: ${args}}]\nreturns: \${{ steps.a.result }}`;

  test('of a whole tree are fetched once, and masked in the final result only', async () => {
    const bench = new TemplateBench(echo)
      .template(
        'outer',
        `
        secrets: [{name: up, keys: [TOKEN]}]
        expects: {}
        steps:
          - {ref: i, action: tools.test.inner, args: {}}
          - {ref: e, action: core.echo, args: {again: "\${{ steps.i.result.k }}", own: "\${{ SECRETS.up.TOKEN }}"}}
        returns: {inner: "\${{ steps.i.result }}", text: "key=\${{ steps.e.result.again }};"}
        `,
      )
      .template('inner', body('[{name: deep, keys: [KEY]}]', '{k: "${{ SECRETS.deep.KEY }}"}'));
    const { asked, source } = counting({ up: { TOKEN: 'tok-up' }, deep: { KEY: 'key-deep' } });
    const told: string[] = [];
    const onSecret = (value: string) => void told.push(value);
    expect(await bench.run('outer', {}, { secrets: source, onSecret })).toEqual({
      inner: { k: '***' },
      text: 'key=***;',
    });
    expect(asked).toEqual([['up', 'deep']]);
    expect(bench.calls[1]!.args).toEqual({ again: 'key-deep', own: 'tok-up' });
    expect(new Set(told)).toEqual(new Set(['tok-up', 'key-deep']));
  });

  test('that are required and missing stop the run before its first step, by name and key', async () => {
    const bench = new TemplateBench(echo).template('needs', body('[{name: vt, keys: [API_KEY, OTHER]}]', '{}'));
    await expect(bench.run('needs', {}, { secrets: { vt: { OTHER: 'x' } } })).rejects.toMatchObject({
      code: 'TEMPLATE_SECRET_MISSING',
      message: expect.stringContaining('vt.API_KEY'),
    });
    expect(bench.calls).toEqual([]);
  });

  test('of a step that is skipped need not exist', async () => {
    const bench = new TemplateBench(echo)
      .template('inner', body('[{name: vt, keys: [API_KEY]}]', '{}'))
      .template(
        'outer',
        'expects: {}\nsteps: [{ref: a, action: tools.test.inner, run_if: "${{ False }}", args: {}}]\nreturns: ${{ steps.a.result }}',
      );
    expect(await bench.run('outer')).toBeNull();
  });

  test.each([
    ['optional secret', '[{name: vt, keys: [API_KEY], optional: true}]', 'SECRETS.vt.API_KEY'],
    ['optional key', '[{name: vt, optional_keys: [API_KEY]}]', 'SECRETS.vt.API_KEY'],
    [
      'optional token',
      '[{type: oauth, provider_id: acme, grant_type: client_credentials, optional: true}]',
      'SECRETS.acme_oauth.ACME_SERVICE_TOKEN',
    ],
  ])('a missing %s is null, so that chains go on', async (_name, secrets, path) => {
    const bench = new TemplateBench(echo).template('chain', body(secrets, `{k: "\${{ ${path} || 'other' }}"}`));
    expect(await bench.run('chain', {}, { strict: true })).toEqual({ k: 'other' });
  });

  test('of OAuth providers, also in the old form, appear under the provider', async () => {
    const bench = new TemplateBench(echo).template(
      'legacy',
      body('[{name: acme_oauth}]', '{k: "${{ SECRETS.acme_oauth.ACME_USER_TOKEN }}"}'),
    );
    const secrets = { acme_oauth: { ACME_USER_TOKEN: 'tok-user' } };
    await bench.run('legacy', {}, { secrets });
    expect(bench.calls[0]!.args).toEqual({ k: 'tok-user' });
    await expect(bench.run('legacy')).rejects.toThrow(/acme_oauth\.ACME_USER_TOKEN/);
  });

  test('that are read without being declared are found all the same', async () => {
    const bench = new TemplateBench(echo).template('seed', body('null', '{k: "${{ SECRETS.virustotal.API_KEY }}"}'));
    await bench.run('seed', {}, { secrets: { virustotal: { API_KEY: 'vt-key' } } });
    expect(bench.calls[0]!.args).toEqual({ k: 'vt-key' });
    await expect(bench.run('seed')).rejects.toThrow(/virustotal\.API_KEY/);
  });
});

test('variables and the environment can be read', async () => {
  const bench = new TemplateBench(echo).template(
    'vars',
    'expects: {}\nsteps: [{ref: a, action: core.echo, args: {u: "${{ VARS.acme.url || \'none\' }}"}}]\nreturns: ${{ steps.a.result.u }}',
  );
  expect(await bench.run('vars', {}, { vars: { acme: { url: 'http://a' } } })).toBe('http://a');
  expect(await bench.run('vars')).toBe('none');
});

test('a missing path is null with a warning, and an error in a strict file', async () => {
  const body = 'expects: {}\nsteps: [{ref: a, action: core.echo, args: {x: 1}}]\nreturns: ${{ steps.a.result.y }}';
  const bench = new TemplateBench(echo).template('lax', body).template('strict', `strict: true\n${body}`);
  expect(await bench.run('lax')).toBeNull();
  expect(bench.warnings).toHaveLength(1);
  await expect(bench.run('strict')).rejects.toMatchObject({ code: 'TEMPLATE_RETURNS' });
});

test('a broken template fails its own calls only, and still has an entry', async () => {
  const bench = new TemplateBench(echo).template('broken', 'steps: [{ref: a, action: core.echo, agrs: {}}]');
  await expect(bench.run('broken')).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
  const { info } = bench.registry.get('tools.test.broken')!;
  expect(info.description).toContain('broken.yaml');
});
