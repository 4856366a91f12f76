import type { ContextPort } from '../ports/ports.ts';
import type { AnySchema } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Opened, Opens } from './context.ts';

/** One address that serves. */
export interface ServiceInstance {
  readonly id: string;
  readonly host: string;
  /** 1 to 65,535. */
  readonly port: number;
  readonly scheme?: 'http' | 'https';
  /** Share of the requests relative to the others; default 1, 0 takes none. */
  readonly weight?: number;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ServiceQuery {
  readonly service: string;
  readonly namespace?: string;
  readonly tags?: readonly string[];
}

export interface Registration extends ServiceInstance {
  readonly service: string;
  /** An address that says whether it serves, asked by the registry. */
  readonly health?: { readonly path: string; readonly everyMs: number; readonly timeoutMs: number };
}

export interface Discovery extends Opened {
  /** Healthy instances only; none is an answer. Rejects when the registry cannot be asked: the caller keeps what it knew. */
  resolve(query: ServiceQuery, signal: AbortSignal): Promise<readonly ServiceInstance[]>;
  /** The first list at once, then one for every change until the signal aborts. Absent: the host polls `resolve`. */
  watch?(query: ServiceQuery, signal: AbortSignal): AsyncIterable<readonly ServiceInstance[]>;
  register?(registration: Registration, signal: AbortSignal): Promise<void>;
  deregister?(id: string, signal: AbortSignal): Promise<void>;
}

export interface ServiceDiscoverySpec<C extends AnySchema, U extends ContextPort> extends Opens<C, U, Discovery> {}

export type ServiceDiscovery = ServiceDiscoverySpec<any, any> & Tagged<'service-discovery'>;

/** Declares where the addresses of services come from: Consul, DNS, Kubernetes … */
export function defineServiceDiscovery<C extends AnySchema, const U extends ContextPort = never>(
  spec: ServiceDiscoverySpec<C, U>,
): ServiceDiscoverySpec<C, U> & Tagged<'service-discovery'> {
  return tag('service-discovery', spec);
}
