import type { Endpoint } from './endpoint.ts';

/** Settings of a server that has one client program, on a machine that does other work too. Durability stays whole. */
const SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '40',
  shared_buffers: '64MB',
  huge_pages: 'off',
  // One process fewer for each worker that would only wait.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  // Nothing replicates from here, so the log need hold only what a crash needs.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  update_process_title: 'off',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  password_encryption: 'scram-sha-256',
};

export function serverArguments(cluster: string, { socketFolder, port }: Endpoint): string[] {
  const place = {
    port: String(port),
    listen_addresses: socketFolder === '' ? '127.0.0.1' : '',
    ...(process.platform === 'win32' ? {} : { unix_socket_directories: socketFolder, unix_socket_permissions: '0700' }),
  };
  const settings = Object.entries({ ...SETTINGS, ...place }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', cluster, ...settings];
}
