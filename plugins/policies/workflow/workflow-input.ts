import { type Exchange, type ExchangeTemplate, exchangeTemplate } from '@backplane/sdk';

/** The input of a run, made of a request and its body. */
export type WorkflowInput = (exchange: Exchange, body: unknown) => unknown;

/** Any JSON. `{body}` and `{body.order.id}` stand for the body or a part of it, as they are; other placeholders for texts. */
export function workflowInput(shape: unknown): WorkflowInput {
  if (typeof shape === 'string') return textInput(shape);
  if (Array.isArray(shape)) {
    const items = shape.map(workflowInput);
    return (exchange, body) => items.map((item) => item(exchange, body));
  }
  if (typeof shape === 'object' && shape !== null) {
    const fields = Object.entries(shape).map(([name, value]) => [name, workflowInput(value)] as const);
    return (exchange, body) => Object.fromEntries(fields.map(([name, value]) => [name, value(exchange, body)]));
  }
  return () => shape;
}

function textInput(text: string): WorkflowInput {
  const [whole, part] = /^\{body(?:\.([^{}]+))?\}$/.exec(text) ?? [];
  if (whole !== undefined) {
    const path = part?.split('.') ?? [];
    return (_, body) => path.reduce<unknown>(member, body) ?? null;
  }
  const template: ExchangeTemplate = exchangeTemplate(text);
  return (exchange) => template.fill(exchange) ?? null;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
