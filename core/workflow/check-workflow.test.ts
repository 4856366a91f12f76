import { describe, expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

const check = (text: string) => checkWorkflow(parseYaml(text, 'w.yaml'), testRegistry());

/** `line:column CODE` of every problem. */
const found = (text: string) =>
  check(text).problems.map(({ position, code }) => `${position.line}:${position.column} ${code}`);

const actions = (text: string) => `title: T\nactions:\n${text}`;

describe('the three forms of a file', () => {
  const definition = ['title: T', 'actions:', '  - {ref: a, action: core.transform.reshape, args: {value: 1}}'];
  const indented = definition.map((line) => `  ${line}`);

  test('`type: workflow`, an export with an envelope, and the bare definition read the same', () => {
    const bare = check(definition.join('\n'));
    expect(bare.problems).toEqual([]);
    expect(bare.definition).toEqual({
      title: 'T',
      description: '',
      strict: false,
      entrypoint: {},
      config: { environment: 'default', timeout: 0 },
      triggers: [],
      actions: [
        {
          ref: 'a',
          action: 'core.transform.reshape',
          args: { value: 1 },
          unevaluated: [],
          dependsOn: [],
          forEachConcurrency: 4,
          retry: { maxAttempts: 1, timeout: 300 },
          startDelay: 0,
          joinStrategy: 'all',
          maskOutput: false,
        },
      ],
    });
    const typed = check(['type: workflow', 'definition:', ...indented].join('\n'));
    const exported = check(
      [
        'workspace_id: w',
        'workflow_id: f',
        'version: 3',
        'layout: {x: 1}',
        'case_trigger:',
        'definition:',
        ...indented,
      ].join('\n'),
    );
    expect(typed).toEqual(bare);
    expect(exported).toEqual(bare);
  });

  test('every field is read', () => {
    const { problems, definition } = check(`
type: workflow
strict: true
definition:
  title: Everything
  description: All fields
  entrypoint:
    ref: a
    expects:
      host: {type: "list[str]", description: Hosts, default: []}
      port: {type: int}
  config: {environment: "\${{ TRIGGER.env }}", timeout: 60}
  triggers:
    - {type: webhook, path: in/here, methods: [get, POST], secret: hook.KEY}
  error_handler: on_error
  returns: \${{ ACTIONS.b.result }}
  actions:
    - ref: a
      id: 7d1c
      action: core.http
      description: First
    - ref: b
      action: core.transform.reshape
      depends_on: [a, a.error]
      join_strategy: any
      run_if: \${{ ACTIONS.a.result }}
      for_each: \${{ for var.x in [1] }}
      for_each_concurrency: 8
      environment: prod
      mask_output: true
      start_delay: 0.5
      wait_until: tomorrow 09:00
      retry_policy:
        max_attempts: 0
        timeout: 9
        retry_until: \${{ ACTIONS.b.result }}
        backoff: {initial: 1, factor: 3, max: 20, jitter: 0}
      args: {value: "\${{ var.x }}"}
`);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(definition).toEqual({
      title: 'Everything',
      description: 'All fields',
      strict: true,
      entrypoint: {
        ref: 'a',
        expects: { host: { type: 'list[str]', description: 'Hosts', default: [] }, port: { type: 'int' } },
      },
      config: { environment: '${{ TRIGGER.env }}', timeout: 60 },
      triggers: [{ type: 'webhook', path: 'in/here', methods: ['GET', 'POST'], secret: { name: 'hook', key: 'KEY' } }],
      errorHandler: 'on_error',
      returns: '${{ ACTIONS.b.result }}',
      actions: [
        {
          ref: 'a',
          action: 'core.http',
          description: 'First',
          args: {},
          unevaluated: [],
          dependsOn: [],
          forEachConcurrency: 4,
          retry: { maxAttempts: 1, timeout: 20 },
          startDelay: 0,
          joinStrategy: 'all',
          maskOutput: false,
        },
        {
          ref: 'b',
          action: 'core.transform.reshape',
          args: { value: '${{ var.x }}' },
          unevaluated: [],
          dependsOn: [
            { ref: 'a', on: 'success' },
            { ref: 'a', on: 'error' },
          ],
          runIf: '${{ ACTIONS.a.result }}',
          forEach: ['${{ for var.x in [1] }}'],
          forEachConcurrency: 8,
          retry: {
            maxAttempts: 0,
            timeout: 9,
            retryUntil: '${{ ACTIONS.b.result }}',
            backoff: { initial: 1, factor: 3, max: 20, jitter: 0 },
          },
          startDelay: 0.5,
          waitUntil: 'tomorrow 09:00',
          joinStrategy: 'any',
          environment: 'prod',
          maskOutput: true,
        },
      ],
    });
  });

  test('what is no workflow is refused', () => {
    expect(found('type: action\ndefinition: {}')).toEqual(['1:7 WORKFLOW_NOT_A_WORKFLOW']);
    expect(found('- a')).toEqual(['1:1 WORKFLOW_NOT_A_WORKFLOW']);
    expect(found('')).toEqual(['1:1 WORKFLOW_NOT_A_WORKFLOW']);
    expect(found('a: [')).toEqual(expect.arrayContaining([expect.stringMatching(/YAML_SYNTAX/)]));
    expect(found('title: T')).toEqual(['1:1 WORKFLOW_KEY_MISSING']);
    expect(found('title: T\nactions: []')).toEqual(['2:10 WORKFLOW_NO_ACTIONS']);
  });
});

describe('shape', () => {
  test('unknown keys, wrong types and values are all told at once, in the order of the file', () => {
    expect(
      found(`titel: T
title: 5
config: {timout: 1, environment: [a]}
actions:
  - ref: Bad-Name
    action: core.transform.reshape
    args: [1]
    start_delay: soon
    wait_until: sometime
    join_strategy: some
    retry_policy: {max_attempts: -1, timeout: 0}
    mask_output: 1
    for_each: [1]
    run_if: [1]
    retries: 3
  - 5
triggers: {}
`),
    ).toEqual([
      '1:1 WORKFLOW_KEY_UNKNOWN',
      '2:8 WORKFLOW_TYPE',
      '3:10 WORKFLOW_KEY_UNKNOWN',
      '3:34 WORKFLOW_TYPE',
      '5:10 WORKFLOW_REF_INVALID',
      '7:11 WORKFLOW_TYPE',
      '8:18 WORKFLOW_TYPE',
      '9:17 WORKFLOW_WAIT_UNTIL_INVALID',
      '10:20 WORKFLOW_VALUE',
      '11:34 WORKFLOW_VALUE',
      '11:47 WORKFLOW_VALUE',
      '12:18 WORKFLOW_TYPE',
      '13:16 WORKFLOW_TYPE',
      '14:13 WORKFLOW_VALUE',
      '15:5 WORKFLOW_KEY_UNKNOWN',
      '16:5 WORKFLOW_TYPE',
      '17:11 WORKFLOW_TYPE',
    ]);
  });

  test('foreign words and typing mistakes lead to ours', () => {
    const { problems } = check(actions('  - {ref: a, action: core.transform.reshape, needs: [b], dependson: [c]}'));
    expect(problems.map(({ didYouMean }) => didYouMean)).toEqual(['depends_on', 'depends_on']);
    expect(problems[0]).toMatchObject({
      message: '`needs` is not a key of an action. Did you mean `depends_on`?',
      expected: expect.stringContaining('join_strategy'),
      remedy: expect.any(String),
    });
  });

  test('types of `expects` are read, the mistake inside is pointed at', () => {
    const text = actions('  - {ref: a, action: core.transform.reshape}\nentrypoint:\n  expects:\n');
    expect(found(`${text}    x: {type: "list[sting]"}`)).toEqual(['6:21 TYPE_SYNTAX']);
    expect(found(`${text}    x: str`)).toEqual(['6:8 WORKFLOW_TYPE']);
    expect(found(`${text}    x: {typ: str}`)).toEqual(['6:8 WORKFLOW_KEY_MISSING', '6:9 WORKFLOW_KEY_UNKNOWN']);
    expect(found(`${text}    constructor: {type: str}`)[0]).toBe('6:5 WORKFLOW_VALUE');
  });

  test('what this version cannot do is refused, not ignored', () => {
    expect(
      found(
        `${actions(`  - {ref: c, action: core.http}`)}
triggers:
  - {type: carrier-pigeon}
`,
      ),
    ).toEqual(['5:12 WORKFLOW_VALUE']);
    expect(
      found('case_trigger: {events: [created]}\ndefinition: {title: T, actions: [{ref: a, action: core.http}]}'),
    ).toEqual(['1:1 WORKFLOW_NOT_SUPPORTED']);
  });

  test('unset fields of exports pass; harmless old ones are warnings', () => {
    const { problems, definition } = check(`
title: T
config: {scheduler: dynamic}
entrypoint: a
triggers: [{type: webhook, ref: hook, id: wh-1, args: {url: u}}]
error_handler:
returns:
actions:
  - {ref: a, action: core.http, wait_until:, interaction: null, retry_policy:, for_each:, run_if:, environment:}
  - {ref: b, action: tools.old.thing}
`);
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning WORKFLOW_KEY_WITHOUT_EFFECT',
      'warning WORKFLOW_KEY_WITHOUT_EFFECT',
      'warning WORKFLOW_KEY_WITHOUT_EFFECT',
      'warning WORKFLOW_KEY_WITHOUT_EFFECT',
      'warning WORKFLOW_ISLAND',
      'warning WORKFLOW_ACTION_DEPRECATED',
    ]);
    expect(definition!.entrypoint).toEqual({ ref: 'a' });
  });

  test('triggers', () => {
    const text = actions('  - {ref: a, action: core.http}\ntriggers:\n');
    expect(found(`${text}  - {path: x}\n  - 5`)).toEqual(['5:5 WORKFLOW_KEY_MISSING', '6:5 WORKFLOW_TYPE']);
    expect(found(`${text}  - {type: webhook}\n  - {type: webhook}`)).toEqual(['5:3 WORKFLOW_VALUE']);
    expect(found(`${text}  - {type: webhook, path: "a b", methods: [POST, TRACE], secret: s}`)).toEqual([
      '5:27 WORKFLOW_VALUE',
      '5:50 WORKFLOW_VALUE',
      '5:66 WORKFLOW_VALUE',
    ]);
  });
});

describe('actions and their graph', () => {
  test('unknown actions and arguments', () => {
    const { problems } = check(
      actions(
        '  - {ref: a, action: core.transform.reshap}\n  - {ref: b, action: core.transform.reshape, args: {valu: 1, count: x}}',
      ),
    );
    expect(problems).toMatchObject([
      { code: 'WORKFLOW_ACTION_UNKNOWN', didYouMean: 'core.transform.reshape', position: { line: 3, column: 22 } },
      { code: 'ARGUMENT_UNKNOWN', position: { line: 4, column: 53 } },
      { code: 'ARGUMENT_TYPE', position: { line: 4, column: 69 } },
    ]);
  });

  test('refs: missing, twice', () => {
    expect(
      found(actions('  - {action: core.http}\n  - {ref: a, action: core.http}\n  - {ref: a, action: core.http}')),
    ).toEqual(['3:5 WORKFLOW_KEY_MISSING', '5:11 WORKFLOW_REF_DUPLICATE']);
  });

  test('depends_on: unknown with a suggestion, twice, as a single text', () => {
    const { problems } = check(
      actions(`  - {ref: scan, action: core.http}
  - {ref: b, action: core.http, depends_on: [scam.error, scan, scan.success]}
  - {ref: c, action: core.http, depends_on: nobody}`),
    );
    expect(problems).toMatchObject([
      { code: 'WORKFLOW_DEPENDENCY_UNKNOWN', didYouMean: 'scan', position: { line: 4, column: 46 } },
      { code: 'WORKFLOW_DEPENDENCY_DUPLICATE', position: { line: 4, column: 64 } },
      { code: 'WORKFLOW_DEPENDENCY_UNKNOWN', position: { line: 5, column: 45 } },
    ]);
  });

  test('a circle is shown as the path that closes it', () => {
    const { problems } = check(
      actions(`  - {ref: start, action: core.http}
  - {ref: a, action: core.http, depends_on: [start, c.error]}
  - {ref: b, action: core.http, depends_on: [a]}
  - {ref: c, action: core.http, depends_on: [b]}`),
    );
    expect(problems).toMatchObject([
      { code: 'WORKFLOW_CYCLE', message: expect.stringContaining('a → b → c → a'), position: { line: 4 } },
    ]);
    expect(found(actions('  - {ref: a, action: core.http, depends_on: [a]}'))).toEqual(['3:45 WORKFLOW_CYCLE']);
  });

  test('something has to come first', () => {
    expect(found(actions('  - {ref: a, action: core.http, depends_on: nobody}'))).toEqual([
      '3:3 WORKFLOW_NO_ENTRYPOINT',
      '3:45 WORKFLOW_DEPENDENCY_UNKNOWN',
    ]);
  });

  test('entrypoint.ref names an action', () => {
    expect(check(`${actions('  - {ref: first, action: core.http}')}\nentrypoint: {ref: frist}`).problems).toMatchObject(
      [{ code: 'WORKFLOW_ENTRYPOINT_UNKNOWN', didYouMean: 'first', position: { line: 4, column: 19 } }],
    );
  });
});
