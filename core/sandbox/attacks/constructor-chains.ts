import type { Attack } from './attack.ts';

const NO_NODE = ['SANDBOX_SCRIPT_ERROR', 'SANDBOX_RESULT'];
const PROBE = 'return [typeof process, typeof require, typeof global].join()';
const NOTHING = 'undefined,undefined,undefined';

/** Ways to a `Function` that might belong to somebody else. All must lead to this context's own, from which nothing is in reach. */
export const constructorChains: readonly Attack[] = [
  ['of an array', `[].constructor.constructor('${PROBE}')()`],
  ['of a computed key', `({})['const' + 'ructor'][['constructor']]('${PROBE}')()`],
  ['of an async function', `await (async () => {}).constructor('${PROBE}')()`],
  ['of a generator', `(function* () {}).constructor('${PROBE}')().next().value`],
  ['of the inputs', `inputs.constructor.constructor('${PROBE}')()`],
  ['of nested inputs', `inputs.list.constructor.constructor('${PROBE}')()`],
  ['of console', `console.log.constructor('${PROBE}')()`],
  ['of a console method call', `console.log.call.constructor('${PROBE}')()`],
  ['of setTimeout', `setTimeout.constructor('${PROBE}')()`],
  ['of URL', `new URL('http://a/').constructor.constructor('${PROBE}')()`],
  [
    'of a caught error',
    `await (async () => { try { null.x } catch (e) { return e.constructor.constructor('${PROBE}')() } })()`,
  ],
  [
    'of a stack overflow',
    `await (async () => { const f = () => f(); try { f() } catch (e) { return e.constructor.constructor('${PROBE}')() } })()`,
  ],
  ['of the entry marker', `$entry.constructor('${PROBE}')()`],
  ['of a subclass of Function', `new (class extends Function {})('${PROBE}')()`],
  ['of a proxy of Function', `new (new Proxy(Function, {}))('${PROBE}')()`],
  ['of Reflect.construct', `Reflect.construct(Function, ['${PROBE}'])()`],
  ['of indirect eval', `(0, eval)("(() => { ${PROBE} })()")`],
  ['of a tagged template', `((strings) => strings.constructor.constructor("${PROBE}")())\`x\``],
].map(([name, expression]) => ({
  name: `Function ${name}`,
  source: `return ${expression}`,
  inputs: { list: [1] },
  result: NOTHING,
  codes: NO_NODE,
}));
