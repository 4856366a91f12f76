import { relative, resolve } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import { CHECKOUT } from '../../host/checkout.ts';
import { openReadyFile, type ReadyFile } from '../../host/ready-file.ts';
import { type RunningHost, startHost } from '../../host/start-host.ts';
import { EXIT } from '../exit-code.ts';
import { printError } from '../output.ts';

interface StartOptions {
  readonly config?: string;
  readonly data?: string;
  readonly port?: string;
  readonly gatewayPort?: string;
  readonly readyFile?: string;
}

/** `backplane start`: the host, until a signal ends it. */
export async function start(options: StartOptions): Promise<void> {
  const end = watchForEnd();
  // Whoever reads what it says may go: the host stays.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const settings = {
    'server.port': portOf(options.port, 'port'),
    'gateway.port': portOf(options.gatewayPort, 'gateway-port'),
  };
  const readyFile = options.readyFile === undefined ? undefined : openReadyFile(options.readyFile);
  await using host = await startHost({ config: options.config, data: options.data, settings, fatal: end.fatal });
  if (!end.reached) announce(host, readyFile);
  const problem = await end.promise;
  if (problem !== undefined) {
    printError(problem);
    process.exitCode = EXIT.failed;
  }
}

/** Resolves with undefined at the first signal, or with what keeps the host from going on. Later signals change nothing. */
function watchForEnd() {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const state = {
    promise,
    reached: false,
    fatal(problem: unknown) {
      state.reached = true;
      resolve(problem);
    },
  };
  // Without a terminal that could be closed, SIGHUP means what it means to daemons: read the configuration again.
  const signals = process.stdout.isTTY ? (['SIGINT', 'SIGTERM', 'SIGHUP'] as const) : (['SIGINT', 'SIGTERM'] as const);
  for (const signal of signals) process.on(signal, () => state.fatal(undefined));
  return state;
}

function announce({ url, adminKey, config, ...host }: RunningHost, readyFile: ReadyFile | undefined): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`Backplane is ready: ${url} (API and docs: ${url}/api/docs)`);
  if (adminKey.isNew) say(`Admin key, shown this once and kept in ${adminKey.file}: ${adminKey.value}`);
  if (config.templates.workflows.length > 0) {
    const message = resolve(CHECKOUT, 'templates/workflows/data/triage-phishing/input.eml');
    const near = (path: string) =>
      relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path);
    say('Triage a phishing e-mail with one of the example workflows:');
    say(
      `  curl -s -H "Authorization: Bearer $(cat '${near(adminKey.file)}')" -H 'Content-Type: message/rfc822' --data-binary '@${near(message)}' '${url}/api/workflows/triage-phishing/runs?wait=result'`,
    );
  }
  const gatewayUrl = host.gatewayUrl ?? null;
  if (gatewayUrl !== null) say(`The gateway listens at ${gatewayUrl}.`);
  else if (host.isGatewayDown)
    say(
      'The gateway does not listen: its files cannot run. `backplane gateway status` says why; it follows as soon as they can.',
    );
  const note = { url, gatewayUrl, pid: process.pid };
  readyFile?.write(note);
  say(JSON.stringify(note));
}

function portOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw raise.USAGE({ message: `--${name}: expected a port from 0 to 65535, got \`${text}\`.` });
  return port;
}
