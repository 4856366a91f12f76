import type { Exchange } from './exchange.ts';
import { exchangeTemplate } from './exchange-template.ts';

/** A JSON value with values of a request and of a body in it. */
export type JsonTemplate = (exchange: Exchange, body: unknown) => unknown;

/**
 * Any JSON. The texts `{body}` and `{body.order.id}` stand for the body or a part of it, as they are; other placeholders, as those of
 * `exchangeTemplate`, for texts. What is absent is null. Throws a TypeError for a placeholder that there is not.
 */
export function jsonTemplate(shape: unknown): JsonTemplate {
  if (typeof shape === 'string') return textTemplate(shape);
  if (Array.isArray(shape)) {
    const items = shape.map(jsonTemplate);
    return (exchange, body) => items.map((item) => item(exchange, body));
  }
  if (typeof shape === 'object' && shape !== null) {
    const fields = Object.entries(shape).map(([name, value]) => [name, jsonTemplate(value)] as const);
    return (exchange, body) => Object.fromEntries(fields.map(([name, value]) => [name, value(exchange, body)]));
  }
  return () => shape;
}

function textTemplate(text: string): JsonTemplate {
  const [whole, part] = /^\{body(?:\.([^{}]+))?\}$/.exec(text) ?? [];
  if (whole !== undefined) {
    const path = part?.split('.') ?? [];
    return (_, body) => path.reduce<unknown>(member, body) ?? null;
  }
  const template = exchangeTemplate(text);
  return (exchange) => template.fill(exchange) ?? null;
}

function member(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
