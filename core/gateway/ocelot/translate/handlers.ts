import { raise } from '../../../errors/catalogue.ts';
import { itemsOf } from '../reading/section.ts';
import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** DelegatingHandlers → the policies that were said to stand for them, in the same order. */
export function translateHandlers(translation: Translation, route: RouteOptions, use: UsePolicy): void {
  for (const node of itemsOf(route.section.find('DelegatingHandlers'))) {
    if (node.kind !== 'value' || node.value === null) continue;
    const name = String(node.value);
    const mapping = translation.surroundings.handlers?.[name];
    if (mapping === undefined) {
      translation.findings.error(node, raise.OCELOT_HANDLER_UNKNOWN({ kind: 'delegating handler', name }));
    } else if (mapping !== null) use(mapping.policy, mapping.config ?? {}, node);
  }
}
