import type { ContextPort } from '../ports/ports.ts';
import type { AnySchema } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Opened, Opens } from './context.ts';

export interface Note {
  /** The same for every attempt at the same note. */
  readonly id: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** One line of plain text. */
  readonly title: string;
  /** Markdown; cut it where the other side takes less, never drop the note. */
  readonly text: string;
  /** Where the matter can be looked at. */
  readonly link?: string;
  readonly facts?: readonly { readonly name: string; readonly value: string }[];
}

export interface NoteSender extends Opened {
  /** Resolves once the other side has taken it. Coded errors with `retry: 'later'` are tried again. */
  send(note: Note, signal: AbortSignal): Promise<void>;
}

export interface NotifierSpec<C extends AnySchema, U extends ContextPort> extends Opens<C, U, NoteSender> {}

export type Notifier = NotifierSpec<any, any> & Tagged<'notifier'>;

/** Declares a way to tell people: chat, mail, pager … */
export function defineNotifier<C extends AnySchema, const U extends ContextPort = never>(
  spec: NotifierSpec<C, U>,
): NotifierSpec<C, U> & Tagged<'notifier'> {
  return tag('notifier', spec);
}
