import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inputArgument } from '../core/cli/argument.ts';
import { CHECKOUT } from '../core/host/checkout.ts';
import { runFile } from '../core/host/run-file.ts';
import { openWorkbench, type Workbench } from '../core/host/workbench.ts';

const FOLDER = join(CHECKOUT, 'templates', 'workflows');
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench({
    fatal(thrown) {
      throw thrown;
    },
  });
});
afterAll(() => bench[Symbol.asyncDispose]());

function dataFile(name: string, start: string): string {
  const folder = join(FOLDER, 'data', name);
  return join(folder, readdirSync(folder).find((file) => file.startsWith(start))!);
}

const inputFile = (name: string) => dataFile(name, 'input.');
const expectedOf = (name: string) => JSON.parse(readFileSync(dataFile(name, 'expected.json'), 'utf8'));

async function run(name: string, input: unknown) {
  const warnings: unknown[] = [];
  const companions = new Map<string, string>();
  const file = join(FOLDER, `${name}.yaml`);
  const report = await runFile(bench, { file, input, companions, warn: (one) => void warnings.push(one) });
  return { ...report, warnings };
}

describe.each(NAMES)('%s', (name) => {
  test('gives the expected result for its data, without a warning', async () => {
    const { status, result, error, warnings } = await run(name, inputArgument(`@${inputFile(name)}`));
    expect({ status, error, warnings }).toEqual({ status: 'completed', error: undefined, warnings: [] });
    expect(JSON.parse(JSON.stringify(result))).toEqual(expectedOf(name));
  });
});

describe('expected results agree with facts found another way', () => {
  test('sweep-auth-log: failures and users by address', () => {
    const failed = new Map<string, string[]>();
    const read = readFileSync(inputFile('sweep-auth-log'), 'utf8').split('\n');
    for (const line of read.filter((text) => text.includes(': Failed '))) {
      const words = line.split(' ');
      const from = words.indexOf('from');
      failed.set(words[from + 1]!, [...(failed.get(words[from + 1]!) ?? []), words[from - 1]!]);
    }
    const guessing = [...failed].filter(([, users]) => users.length >= 10).sort(([, a], [, b]) => b.length - a.length);
    const { offenders, lines_read, addresses_seen } = expectedOf('sweep-auth-log');
    expect(offenders.map((one: any) => [one.address, one.failed])).toEqual(guessing.map(([a, b]) => [a, b.length]));
    expect(lines_read).toBe(read.filter((line) => /: (Failed|Accepted) /.test(line)).length);
    expect(addresses_seen).toBe(
      new Set(read.flatMap((line) => / (?:Failed|Accepted) .* from (\S+)/.exec(line)?.[1] ?? [])).size,
    );
    const byPassword = read.filter((line) => line.includes(': Accepted password '));
    expect(byPassword).toHaveLength(1);
    expect(offenders.filter((one: any) => one.got_in).map((one: any) => one.address)).toEqual(['203.0.113.45']);
    expect(byPassword[0]).toContain(' from 203.0.113.45 ');
  });

  test('enrich-ips: networks that cover an address', () => {
    const networks = {
      'Office VPN': ['10.20.0.0', 16],
      'Mail relays': ['198.51.100.0', 24],
      'Branch Vienna': ['2001:db8:10::', 48],
    } as const;
    const ownerOf = (address: string) =>
      Object.entries(networks).find(([, [base, length]]) => {
        const list = new BlockList();
        const family = (text: string) => (isIP(text) === 6 ? 'ipv6' : 'ipv4');
        list.addSubnet(base, length, family(base));
        return isIP(address) !== 0 && family(address) === family(base) && list.check(address, family(address));
      })?.[0] ?? null;
    const lines = readFileSync(inputFile('enrich-ips'), 'utf8').trim().split('\n').slice(1);
    const addresses = lines.map((line) => line.split(',')[1]!);
    const { rows } = expectedOf('enrich-ips');
    expect(rows.map((row: any) => [row.source_ip, row.version ?? 0, row.owner])).toEqual(
      addresses.map((address) => [address, isIP(address), ownerOf(address)]),
    );
  });

  test('reconcile-users: who has access and should not, who should and has none', () => {
    const { users, hr_csv } = JSON.parse(readFileSync(inputFile('reconcile-users'), 'utf8'));
    const hr = new Map<string, string>();
    for (const line of hr_csv.split('\n'))
      hr.set(/[^,]+@[^,]+/.exec(line)?.[0] ?? '', /,(active|terminated),/.exec(line)?.[1] ?? '');
    hr.delete('');
    const active = users
      .filter((user: any) => user.status === 'ACTIVE')
      .map((user: any) => user.profile.login.toLowerCase());
    const result = expectedOf('reconcile-users');
    const logins = (list: any[]) => list.map(({ login, email }) => login ?? email);
    expect(logins(result.leavers_with_access)).toEqual(
      active.filter((login: string) => hr.get(login) === 'terminated'),
    );
    expect(logins(result.accounts_nobody_owns)).toEqual(active.filter((login: string) => !hr.has(login)));
    expect(logins(result.people_without_account)).toEqual(
      [...hr].filter(([email, status]) => status === 'active' && !active.includes(email)).map(([email]) => email),
    );
  });

  test('triage-phishing: the hash of the attachment, and nothing that is not in the message', () => {
    const message = readFileSync(inputFile('triage-phishing'), 'utf8');
    const base64 = /filename="Invoice_88213\.pdf\.exe"\s+([\w+/=\s]+?)\s+--/.exec(message)![1]!;
    const { indicators, block } = expectedOf('triage-phishing');
    expect(indicators.attachments).toEqual([createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')]);
    const readable = message.replace(/=\n/g, '').replace(/=3D/g, '=');
    for (const found of [...indicators.urls, ...indicators.hosts, ...indicators.domains, ...block])
      expect(readable).toContain(found);
  });
});

describe('inputs in which nothing is wrong', () => {
  test('triage-phishing finds nothing in a harmless message', async () => {
    const { result, warnings } = await run(
      'triage-phishing',
      'From: ada@example.org\r\nSubject: Lunch\r\n\r\nAt noon?\r\n',
    );
    expect(result).toMatchObject({
      verdict: 'clean',
      score: 0,
      evidence: [],
      block: [],
      summary: 'Clean e-mail: Lunch',
    });
    expect(warnings).toEqual([]);
  });

  test('sweep-auth-log finds nobody in a quiet log', async () => {
    const { result } = await run('sweep-auth-log', '');
    expect(result).toEqual({ lines_read: 0, addresses_seen: 0, compromised: false, offenders: [] });
  });

  test('enrich-ips takes addresses that are none, and IPv4 in its IPv6 form', async () => {
    const { result } = await run(
      'enrich-ips',
      'source_ip,action\n10.0.0.999,deny\n,deny\n::ffff:10.20.1.2,allow\n::1,deny\n',
    );
    expect((result as any).rows.map((row: any) => row.verdict)).toEqual(['invalid', 'invalid', 'known', 'unknown']);
  });

  test('reconcile-users skips the table when nobody left', async () => {
    const { result, steps, warnings } = await run('reconcile-users', { users: [], hr_csv: 'email,status\n' });
    expect(steps['table']!.status).toBe('skipped');
    expect(result).toMatchObject({ access_is_justified: true, leavers_table: '' });
    expect(warnings).toEqual([]);
  });
});
