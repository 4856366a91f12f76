import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../core/gateway/worker/free-port.ts';

const PROGRAM = join(import.meta.dirname, 'node_modules', 'node-red', 'red.js');
const START_LIMIT_MS = 60_000;

export const NODE_RED_MISSING = 'Node-RED: not installed (`npm ci` in bench/)';

/** Node-RED with one flow, http in → change → http response, as it is run in production: no editor, no projects, no logs. */
export interface NodeRedPeer extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly path: string;
}

/** Undefined when it is not installed. */
export async function openNodeRed(): Promise<NodeRedPeer | undefined> {
  if (!existsSync(PROGRAM)) return undefined;
  const home = mkdtempSync(join(tmpdir(), 'bp-node-red-'));
  const port = await freePort('127.0.0.1');
  writeFileSync(join(home, 'flows.json'), JSON.stringify(FLOW));
  writeFileSync(join(home, 'settings.js'), settings(port));
  const server = spawn(process.execPath, [PROGRAM, '--userDir', home, '--settings', join(home, 'settings.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  await answers(`http://127.0.0.1:${port}/respond`);
  return {
    port,
    pid: server.pid!,
    path: '/respond',
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const set = (p: string, to: string, tot: string) => ({ t: 'set', p, pt: 'msg', to, tot });
const FLOW = [
  { id: 'f1', type: 'tab', label: 'respond' },
  { id: 'n1', type: 'http in', z: 'f1', url: '/respond', method: 'post', wires: [['n2']] },
  {
    id: 'n2',
    type: 'change',
    z: 'f1',
    rules: [set('payload.greeting', 'payload.name', 'msg'), set('payload.source', 'edge', 'str')],
    wires: [['n3']],
  },
  { id: 'n3', type: 'http response', z: 'f1', statusCode: '', headers: {}, wires: [] },
];

const settings = (port: number) => `module.exports = {
  uiPort: ${port}, uiHost: '127.0.0.1', flowFile: 'flows.json', credentialSecret: false, httpAdminRoot: false,
  disableEditor: true, editorTheme: { projects: { enabled: false } }, runtimeState: { enabled: false, ui: false },
  diagnostics: { enabled: false, ui: false }, telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'fatal', metrics: false, audit: false } },
};
`;

async function answers(url: string): Promise<void> {
  for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline; await pause(100)) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Ada"}',
    }).catch(() => undefined);
    if (answer?.ok === true) return;
  }
  throw new Error('Node-RED does not answer');
}
