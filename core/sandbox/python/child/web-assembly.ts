/** What is used of WebAssembly's JavaScript interface; Node's types leave it to the browser's. */
declare global {
  namespace WebAssembly {
    interface Memory {
      readonly buffer: ArrayBuffer;
    }
    interface Instance {
      readonly exports: Record<string, unknown>;
    }
    interface Global {
      value: unknown;
    }
    const Global: { new (descriptor: object, value: unknown): Global };
    function instantiate(source: unknown, imports?: unknown): Promise<{ readonly instance?: Instance }>;
  }
}

export type Exports = WebAssembly.Instance['exports'];
