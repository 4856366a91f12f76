import { scryptSync } from 'node:crypto';
import { testClock, tryPolicy } from '@backplane/sdk/testing';
import { hash } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { basic } from './basic.ts';

const quick = { memoryCost: 64, timeCost: 1, parallelism: 1 };
const ADA = await hash('correct horse: pä', quick);
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
const salt = Buffer.from('sixteen bytes ok');
const BOB = `$scrypt$ln=4,r=8,p=1$${unpadded(salt)}$${unpadded(scryptSync('bob', salt, 32, { N: 16, r: 8, p: 1 }))}`;
const users = { ada: { password: ADA, scopes: ['read'], claims: { role: 'admin' } }, bob: BOB };

const shown = (name: string, password: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
});
const gate = (config: object = {}, clock = testClock()) => tryPolicy(basic, { users, ...config }, { clock });

test('a right password says who it is, whatever hash it has', async () => {
  await using trial = await gate();
  expect((await trial.send(shown('ada', 'correct horse: pä'))).exchange.identity).toMatchObject({
    subject: 'ada',
    scopes: ['read'],
    claims: { sub: 'ada', role: 'admin' },
  });
  expect((await trial.send(shown('bob', 'bob'))).exchange.identity?.subject).toBe('bob');
});

test.each([
  ['a wrong password', 'ada', 'wrong'],
  ['somebody else’s password', 'ada', 'bob'],
  ['an unknown name', 'eve', 'correct horse: pä'],
  ['a name of every object', 'constructor', 'x'],
  ['no name', '', 'correct horse: pä'],
  ['a hash', 'ada', ADA],
])('%s is refused, always with the same challenge', async (_what, name, password) => {
  await using trial = await gate();
  const { status, headers, exchange } = await trial.send(shown(name, password));
  expect([status, exchange.identity, trial.sent]).toEqual([401, undefined, []]);
  expect(headers['www-authenticate']).toBe('Basic realm="gateway", charset="UTF-8"');
});

test('the password of an unknown name is checked like others, so that it takes as long', async () => {
  await using trial = await gate({ maxPending: 1 });
  const answers = await Promise.all([trial.send(shown('eve', 'x')), trial.send(shown('bob', 'bob'))]);
  expect(answers.map(({ status }) => status)).toEqual([401, 503]);
});

test('a password that was right is remembered for a while, without a promise', async () => {
  const clock = testClock();
  await using trial = await gate({}, clock);
  const { exchange } = await trial.send(shown('bob', 'bob'));
  const hooks = await basic.create({
    config: basic.config.parse({ users }),
    now: clock.now,
    use: { id: 'u' },
  } as never);
  expect(hooks.authenticate(exchange)).toBeInstanceOf(Promise);
  await hooks.authenticate(exchange);
  expect(hooks.authenticate(exchange)).toBeUndefined();
  clock.advance(300_000);
  const again = hooks.authenticate(exchange);
  expect(again).toBeInstanceOf(Promise);
  await again;
});

test('a flood of passwords is stopped before it takes all processors', async () => {
  await using trial = await gate({ maxPending: 2 });
  const answers = await Promise.all([1, 2, 3, 4].map((guess) => trial.send(shown('ada', String(guess)))));
  expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 503, 503]);
});

test('a browser is asked for a password where the route says so', async () => {
  await using silent = await gate();
  expect((await silent.send()).status).toBe(200);
  await using asking = await gate({ prompt: true });
  expect((await asking.send()).status).toBe(401);
});

test('the upstream does not see the password unless the route says so', async () => {
  await using trial = await gate();
  await trial.send(shown('bob', 'bob'));
  expect(trial.sent[0]?.headers).toEqual({});
  await using open = await gate({ forward: true });
  await open.send(shown('bob', 'bob'));
  expect(open.sent[0]?.headers).toEqual(shown('bob', 'bob').headers);
});

test.each(['', 'bob:bob', '%%%', 'Ym9i', `${'YQ'.repeat(2_000)}`])('%j is no credential', async (given) => {
  await using trial = await gate();
  expect((await trial.send({ headers: { authorization: `Basic ${given}` } })).status).toBe(401);
});

test.each([
  [{}, 'users'],
  [{ users: {} }, 'at least one user'],
  [{ users: { ada: 'correct horse' } }, 'users.ada'],
  [{ users: { ada: '$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA' } }, 'users.ada'],
  [{ users: { 'a:b': BOB } }, 'users.a:b'],
  [{ users, realm: 'a"b' }, 'realm'],
])('the settings %j are refused', async (config, problem) => {
  await expect(tryPolicy(basic, config)).rejects.toThrow(problem);
});
