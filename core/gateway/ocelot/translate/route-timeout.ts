import { raise } from '../../../errors/catalogue.ts';
import type { RouteOptions, Translation } from './translation.ts';

const DEFAULT_SECONDS = 90;

/** Milliseconds until the upstream has to answer: of the route, else of all, else 90 s; never before the timeout of its QoSOptions is twice over. */
export function routeTimeout(translation: Translation, route: RouteOptions, qosMs: number | undefined): number {
  const of = [route.section, translation.global].find((section) => section.has('Timeout'));
  let seconds = of?.number('Timeout') ?? DEFAULT_SECONDS;
  if (of !== undefined && seconds <= 0) {
    const replaced = { name: 'Timeout', given: String(seconds), used: `${DEFAULT_SECONDS} s` };
    translation.findings.warn(of.at('Timeout'), raise.OCELOT_VALUE_REPLACED(replaced));
    seconds = DEFAULT_SECONDS;
  }
  const timeoutMs = seconds * 1_000;
  return qosMs !== undefined && timeoutMs <= qosMs ? 2 * qosMs : timeoutMs;
}
