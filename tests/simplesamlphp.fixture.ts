import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../core/gateway/worker/free-port.ts';

const WWW = '/usr/share/simplesamlphp/www';
const PHP = '/usr/bin/php';

/** Debian's packages simplesamlphp, php-cli, php-xml and php-mbstring. */
export const hasSimpleSamlPhp = existsSync(join(WWW, 'saml2')) && existsSync(PHP);

export const ENTITY_ID = 'https://ssp.example/idp';

/** How it treats us, in the words of its own configuration. */
export type HostedOptions = Readonly<Record<string, boolean | string>>;

export interface SimpleSamlPhp extends AsyncDisposable {
  readonly url: string;
  /** Metadata of a service provider, as that one publishes it. */
  trust(name: string, metadata: string): void;
  set(options: HostedOptions): void;
}

/** A real SAML identity provider, by PHP's own web server. It knows `ada`, with the password `lovelace`. */
export async function openSimpleSamlPhp(): Promise<SimpleSamlPhp> {
  const home = mkdtempSync(join(tmpdir(), 'bp-ssp-'));
  const at = (...path: string[]) => join(home, ...path);
  for (const folder of ['metadata', 'trusted', 'sessions', 'data', 'tmp', 'log', 'cert']) mkdirSync(at(folder));
  const fixtures = fileURLToPath(new URL('../core/identity/saml/fixtures', import.meta.url));
  for (const file of ['idp.key.pem', 'idp.crt.pem']) copyFileSync(join(fixtures, file), at('cert', file));
  const port = await freePort('127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const trusted: string[] = [];

  const writeConfig = () =>
    writeFileSync(
      at('config.php'),
      `<?php $config = [
  'baseurlpath' => '${url}/', 'certdir' => '${at('cert')}/', 'loggingdir' => '${at('log')}/', 'datadir' => '${at('data')}/',
  'tempdir' => '${at('tmp')}', 'metadatadir' => '${at('metadata')}/', 'secretsalt' => 'of-a-test', 'auth.adminpassword' => 'of-a-test',
  'timezone' => 'UTC', 'logging.handler' => 'file', 'logging.level' => 7, 'showerrors' => true, 'errorreporting' => false,
  'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
  'session.cookie.secure' => false, 'session.cookie.samesite' => null, 'session.phpsession.cookiename' => 'SSP',
  'session.phpsession.savepath' => '${at('sessions')}', 'store.type' => 'phpsession', 'trusted.url.domains' => null,
  'language.available' => ['en'], 'language.default' => 'en', 'language.cookie.secure' => false, 'theme.use' => 'default',
  'template.auto_reload' => true, 'authproc.idp' => [], 'statistics.out' => [],
  'metadata.sources' => [['type' => 'flatfile'], ${trusted.map((file) => `['type' => 'xml', 'file' => '${file}']`).join(', ')}],
];\n`,
    );
  const set = (options: HostedOptions) =>
    writeFileSync(
      at('metadata', 'saml20-idp-hosted.php'),
      `<?php $metadata['${ENTITY_ID}'] = ['host' => '__DEFAULT__', 'privatekey' => 'idp.key.pem', 'certificate' => 'idp.crt.pem', 'auth' => 'people',
  'SingleLogoutServiceBinding' => ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
  'redirect.sign' => true, 'redirect.validate' => true, 'validate.authnrequest' => true, 'sign.logout' => true, 'validate.logout' => true,
  ${Object.entries(options)
    .map(([name, value]) => `'${name}' => ${typeof value === 'string' ? `'${value}'` : value}`)
    .join(', ')}
];\n`,
    );
  writeConfig();
  set({});
  writeFileSync(
    at('authsources.php'),
    `<?php $config = ['people' => ['exampleauth:UserPass', 'ada:lovelace' => ['uid' => ['ada'], 'mail' => ['ada@idp.example'], 'displayName' => ['Ada']]]];\n`,
  );
  const server = spawn(
    PHP,
    ['-d', 'opcache.enable=0', '-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, '-t', WWW],
    {
      env: { PATH: process.env['PATH'] ?? '', SIMPLESAMLPHP_CONFIG_DIR: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  await new Promise<void>((ready, failed) => {
    server.once('exit', () => failed(new Error('PHP did not start')));
    server.stderr.on('data', (chunk) => String(chunk).includes('started') && ready());
  });
  return {
    url,
    set,
    trust(name, metadata) {
      writeFileSync(at('trusted', `${name}.xml`), metadata);
      trusted.push(at('trusted', `${name}.xml`));
      writeConfig();
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((done) => server.once('close', done));
      server.kill();
      await gone;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
