import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { fernetDecrypt, fernetEncrypt, newFernetKey, readFernetKey } from './fernet.ts';

/** The vectors of the specification, https://github.com/fernet/spec. */
const KEY = readFernetKey('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=')!;
const MADE = Date.parse('1985-10-26T01:20:00-07:00') / 1000;
const HELLO = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
const WORLD = 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==';
const INVALID: readonly (readonly [what: string, token: string, after?: number])[] = [
  [
    'a wrong signature',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==',
  ],
  ['one that is too short', 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA=='],
  [
    'what is not Base64',
    '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
  ],
  [
    'a part of a block',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm',
  ],
  [
    'a wrong padding',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==',
  ],
  [
    'one of the future',
    'gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==',
  ],
  ['one that is too old', WORLD, 91],
  [
    'a wrong IV',
    'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==',
  ],
  ['something behind the padding', `${HELLO}trailingdata`],
  [
    'characters that are no Base64',
    '*gAAAAAAdwJ6wAAECAwQFBgcI!CQoLDA0ODy021?cpGVWKZ_eEwC@GM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==',
  ],
  [
    'the other alphabet of Base64',
    'gAAAAAAdwJ6wAAEC/AwQFBgcICQoLDA0ODy+021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==',
  ],
];
const code = (work: () => unknown) => {
  try {
    return String(work());
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the vectors of the specification', () => {
  test('the token is the one that it says', () => {
    const iv = Uint8Array.from({ length: 16 }, (_, index) => index);
    expect(fernetEncrypt(KEY, Buffer.from('hello'), { seconds: MADE, iv })).toBe(HELLO);
  });

  test('its tokens are read within their time', () => {
    expect(String(fernetDecrypt([KEY], HELLO, { ttlSeconds: 60, now: MADE + 1 }))).toBe('hello');
    expect(code(() => fernetDecrypt([KEY], WORLD, { ttlSeconds: 60, now: MADE + 1 }))).not.toBe(
      'SECRETS_TOKEN_INVALID',
    );
  });

  test.each(INVALID.map(([what, token, after = 1]) => ({ what, token, after })))('$what is refused', ({
    token,
    after,
  }) => {
    expect(code(() => fernetDecrypt([KEY], token, { ttlSeconds: 60, now: MADE + after }))).toBe(
      'SECRETS_TOKEN_INVALID',
    );
  });
});

test('any of several keys reads, and a stranger does not', () => {
  const [first, second, stranger] = Array.from({ length: 3 }, () => readFernetKey(newFernetKey())!) as [any, any, any];
  const token = fernetEncrypt(second, Buffer.from('grüße'));
  expect(String(fernetDecrypt([first, second], token))).toBe('grüße');
  expect(code(() => fernetDecrypt([first, stranger], token))).toBe('SECRETS_TOKEN_INVALID');
});

test('a key is 32 bytes in Base64, of either alphabet', () => {
  const text = Buffer.alloc(32, 0xfb).toString('base64');
  expect(readFernetKey(text)).toEqual(readFernetKey(text.replaceAll('+', '-').replaceAll('/', '_')));
  for (const wrong of ['', 'short', text.slice(0, 40), `${text}AA`, 'ä'.repeat(43)])
    expect(readFernetKey(wrong)).toBeUndefined();
});

const python = (program: string, input: object) =>
  spawnSync('python3', ['-c', program], { input: JSON.stringify(input), encoding: 'utf8' });
const hasCryptography = python('import cryptography.fernet', {}).status === 0;

test.skipIf(!hasCryptography)(
  "Python's cryptography reads our tokens and we read its (needs python3 with cryptography)",
  () => {
    const key = newFernetKey();
    const ours = fernetEncrypt(readFernetKey(key)!, Buffer.from('from here ✓'));
    const program = `import json, sys; from cryptography.fernet import Fernet; i = json.load(sys.stdin); f = Fernet(i["key"])
print(json.dumps([f.decrypt(i["token"]).decode(), f.encrypt("from there ✓".encode()).decode()]))`;
    const { stdout } = python(program, { key, token: ours });
    const [read, theirs] = JSON.parse(stdout) as [string, string];
    expect(read).toBe('from here ✓');
    expect(String(fernetDecrypt([readFernetKey(key)!], theirs, { ttlSeconds: 60 }))).toBe('from there ✓');
  },
);
