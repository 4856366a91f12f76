import { describe, expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

const check = (trigger: string) =>
  checkWorkflow(
    parseYaml(`title: T\nactions: [{ref: a, action: core.http}]\ntriggers:\n- type: webhook\n${trigger}`, 'f.yaml'),
    testRegistry(),
  );
const read = (trigger: string) => {
  const { problems, definition } = check(trigger);
  expect(problems).toEqual([]);
  return definition!.triggers[0];
};
const found = (trigger: string) =>
  check(trigger).problems.map(({ code, position, didYouMean }) =>
    [`${position.line}:${position.column}`, code.replace('WORKFLOW_', ''), didYouMean].filter(Boolean).join(' '),
  );

describe('webhook triggers', () => {
  test('every key is read', () => {
    expect(
      read(`  methods: [post, HEAD]
  auth: {type: hmac, secret: [a.NEW, a.OLD], header: X-Sign, algorithm: sha512, encoding: base64, prefix: "", timestamp_header: X-Time, tolerance_seconds: 60}
  allow_ips: [192.0.2.0/24, "2001:db8::/32"]
  include_request: true
  respond: result
  response: {status: 201, headers: {X-A: "\${{ TRIGGER.a }}"}, body: {b: "\${{ ACTIONS.a.result }}"}}
  rate_limit: {requests: 10, per_seconds: 60}
`),
    ).toEqual({
      type: 'webhook',
      methods: ['POST', 'HEAD'],
      auth: {
        type: 'hmac',
        preset: 'generic',
        secrets: [
          { name: 'a', key: 'NEW' },
          { name: 'a', key: 'OLD' },
        ],
        header: 'x-sign',
        algorithm: 'sha512',
        encoding: 'base64',
        prefix: '',
        timestampHeader: 'x-time',
        toleranceSeconds: 60,
      },
      allowIps: ['192.0.2.0/24', '2001:db8::/32'],
      includeRequest: true,
      respond: 'result',
      response: { status: 201, headers: { 'X-A': '${{ TRIGGER.a }}' }, body: { b: '${{ ACTIONS.a.result }}' } },
      rateLimit: { requests: 10, perSeconds: 60 },
    });
    expect(read('  auth: {type: api_key}')).toMatchObject({
      auth: { type: 'api_key', header: 'x-api-key', secrets: [] },
    });
    expect(read('  auth: {type: hmac, preset: github}')).toMatchObject({ auth: { preset: 'github', secrets: [] } });
    expect(read('  auth: {type: hmac, preset: slack, secret: s.K, tolerance_seconds: 60}')).toBeDefined();
  });

  test('words that are nearly right', () => {
    expect(found('  alow_ips: []')).toEqual(['5:3 KEY_UNKNOWN allow_ips']);
    expect(found('  methods: [PSOT]')).toEqual(['5:13 VALUE POST']);
    expect(found('  auth: {type: hmca}')).toEqual(['5:16 VALUE hmac']);
    expect(found('  auth: {type: hmac, preset: gihtub}')).toEqual(['5:30 VALUE github']);
    expect(found('  auth: {type: api_key, heder: X}')).toEqual(['5:25 KEY_UNKNOWN header']);
    expect(found('  rate_limit: {requests: 1, per_second: 1}')).toEqual([
      '5:15 KEY_MISSING',
      '5:29 KEY_UNKNOWN per_seconds',
    ]);
    expect(found('  respond: resutl')).toEqual(['5:12 VALUE result']);
    expect(found('  response: {header: {}}')).toEqual(['5:14 KEY_UNKNOWN headers']);
  });

  test('what does not belong together', () => {
    expect(found('  secret: a.B\n  auth: {type: hmac}')).toEqual(['5:11 VALUE']);
    expect(found('  auth: {type: hmac, preset: slack}')).toEqual(['5:9 KEY_MISSING']);
    expect(found('  auth: {type: hmac, preset: github, header: X-A}')).toEqual(['5:46 VALUE']);
    expect(found('  auth: {type: hmac, preset: github, tolerance_seconds: 5}')).toEqual(['5:57 VALUE']);
    expect(found('  auth: {type: hmac, tolerance_seconds: 5}')).toEqual(['5:41 VALUE']);
    expect(found('  methods: [GET]\n  auth: {type: hmac, preset: github}')).toEqual(['5:12 VALUE']);
    expect(found('  respond: accepted\n  response: {status: 200}')).toEqual(['5:12 VALUE']);
  });

  test('values out of their range', () => {
    expect(found('  allow_ips: []')).toEqual(['5:14 VALUE']);
    expect(found('  allow_ips: [10.0.0.0/8, 10.0.0.300]')).toEqual(['5:27 VALUE']);
    expect(found('  allow_ips: everywhere')).toEqual(['5:14 VALUE']);
    expect(found('  auth: {type: hmac, secret: [a.B, c]}')).toEqual(['5:36 VALUE']);
    expect(found('  auth: {type: hmac, secret: []}')).toEqual(['5:30 VALUE']);
    expect(found('  auth: {type: hmac, header: "X A"}')).toEqual(['5:30 VALUE']);
    expect(found('  auth: {}')).toEqual(['5:9 KEY_MISSING']);
    expect(found('  rate_limit: {requests: 0, per_seconds: 1}')).toEqual(['5:26 VALUE']);
    expect(found('  response: {status: 99}')).toEqual(['5:22 VALUE']);
  });

  test('headers of an answer that a workflow cannot set, and expressions that cannot be read there', () => {
    for (const name of [
      'Connection',
      'transfer-encoding',
      'Content-Length',
      'Set-Cookie',
      '"A B"',
      '"${{ TRIGGER.x }}"',
    ])
      expect(found(`  response: {headers: {${name}: x}}`)).toEqual(['5:24 VALUE']);
    expect(found('  response: {headers: {X-A: "a\\nb"}}')).toEqual(['5:24 VALUE']);
    expect(found('  response: {headers: {X-A: [1]}}')).toEqual(['5:24 VALUE']);
    expect(found('  response: {body: "${{ SECRETS.a.B }}"}')).toHaveLength(1);
    expect(found('  response: {body: "${{ ACTIONS.b.result }}"}')).toHaveLength(1);
    expect(found('  response: {status: "${{ TRIGGER. }}"}')).toHaveLength(1);
  });
});
