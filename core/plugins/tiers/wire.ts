import { type ErrorRecord, type RunInfo, stringifyJson } from '@backplane/sdk';
import type { SchemaIssue } from '../actions/standard-schema.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import type { BytePlaces } from './crossing/packed-bytes.ts';

/** What the host tells a plugin in a tier of its own. `id` names what an answer belongs to. */
export type ToGuest =
  | { readonly t: 'load'; readonly manifest: Manifest; readonly entry: string; readonly outputChars: number }
  | LifecycleMessage
  | { readonly t: 'ping'; readonly id: number }
  | { readonly t: 'stopping' }
  | CallMessage
  | InvokeMessage
  /** The code of a module that functions will be handed. */
  | { readonly t: 'module'; readonly id: number; readonly code: string }
  /** Nothing of what this call gave is needed any more. */
  | { readonly t: 'over'; readonly id: number }
  | { readonly t: 'cancel'; readonly id: number; readonly why: string }
  | {
      readonly t: 'answer';
      readonly id: number;
      readonly value: unknown;
      readonly size?: number;
      readonly places?: BytePlaces;
    }
  | { readonly t: 'refusal'; readonly id: number; readonly error: ErrorRecord }
  | { readonly t: 'chunk' | 'ack'; readonly id: number };

export type LifecycleMessage =
  | { readonly t: 'config'; readonly id: number; readonly config: unknown }
  | ({ readonly t: 'start'; readonly id: number; readonly config: unknown } & GivenPorts)
  | { readonly t: 'stop'; readonly id: number };

/** The ports of a call, and what of them is data. */
export interface GivenPorts {
  /** Declared and granted. */
  readonly ports: readonly string[];
  readonly secrets?: unknown;
  /** By slot. */
  readonly connections?: Readonly<
    Record<string, { readonly account: string; readonly grantedScopes: readonly string[] }>
  >;
  /** Plugins that can be called, by the names that the caller has for them. */
  readonly deps?: readonly string[];
}

export interface CallMessage extends GivenPorts {
  readonly t: 'call';
  readonly id: number;
  readonly action: string;
  readonly input: unknown;
  readonly run: RunInfo;
}

/** A call of one function of what the plugin lent: a contribution, or what one of its functions gave. */
export interface InvokeMessage {
  readonly t: 'invoke';
  readonly id: number;
  readonly ref: number;
  readonly member: string;
  /** Each in a list of its own. */
  readonly args: readonly (readonly unknown[])[];
  readonly places?: BytePlaces;
}

/** Why something did not work, as the plugin's side says it. */
export type ErrorClaim =
  | { readonly kind: 'coded'; readonly record: ErrorRecord }
  | { readonly kind: 'thrown'; readonly problem: string; readonly stack: string }
  | { readonly kind: 'input'; readonly issues: readonly SchemaIssue[] }
  | { readonly kind: 'output'; readonly problems: readonly string[] }
  | { readonly kind: 'size' };

/** What a plugin's side tells the host, which believes none of it. */
export type FromGuest =
  /** The host's code in a process, as the tail: before `ready`, from one that was given none. */
  | { readonly t: 'code' }
  /** The plugin's side runs; none of the plugin's code has. */
  | { readonly t: 'ready' }
  | { readonly t: 'loaded'; readonly plugin: unknown }
  /** An action computes with `expressions`, and its language was not loaded along. */
  | { readonly t: 'expressions' }
  | { readonly t: 'unloadable'; readonly error: ErrorClaim }
  | { readonly t: 'done'; readonly id: number; readonly value: unknown; readonly places?: BytePlaces }
  | { readonly t: 'failed'; readonly id: number; readonly error: ErrorClaim }
  | HostCallMessage
  | { readonly t: 'drop'; readonly id: number }
  | { readonly t: 'chunk'; readonly id: number }
  | { readonly t: 'ack'; readonly id: number }
  | {
      readonly t: 'log';
      readonly call: number;
      readonly level: LogLevel;
      readonly message: string;
      readonly fields?: object;
    }
  | { readonly t: 'progress'; readonly call: number; readonly note: string; readonly fraction?: number }
  | { readonly t: 'fault'; readonly problem: string };

export interface HostCallMessage {
  readonly t: 'host';
  readonly id: number;
  readonly call: number;
  readonly port: string;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Bytes of a body that follows: with this message when it fits a chunk, else in chunks. */
  readonly size?: number;
  readonly places?: BytePlaces;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The call that a line belongs to when it belongs to none. */
export const NO_CALL = 0;

/** JSON with exact numbers. Throws for what is no data. */
export function encode(message: unknown): string {
  try {
    return JSON.stringify(message);
  } catch {
    return stringifyJson(message); // a big integer, most likely
  }
}
