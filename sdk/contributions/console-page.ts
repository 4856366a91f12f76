import { type Tagged, tag } from '../tag.ts';

/**
 * A page of the web console, as data: files of the plugin that the host serves in a frame of its own. What the page can do is the
 * plugin's routes, as the person who looks at it.
 */
export interface ConsolePageSpec {
  /** Kebab case; the last part of its address: `/plugins/<id>/<name>`. */
  readonly name: string;
  readonly title: string;
  /** Where it is offered. Default `plugin`: only on the page of the plugin itself. */
  readonly place?: 'navigation' | 'plugin' | 'run-step' | 'connection' | 'dashboard';
  /** The HTML file, relative to the plugin's folder; what stands beside it is served, too. */
  readonly file: string;
  /** Who sees it: people with this scope. */
  readonly scope: string;
  /** Name of an icon of the console; default a neutral one. */
  readonly icon?: string;
}

export type ConsolePage = ConsolePageSpec & Tagged<'console-page'>;

/** Declares a console page. Needs the capability `routes`. */
export function defineConsolePage(spec: ConsolePageSpec): ConsolePage {
  return tag('console-page', spec);
}
