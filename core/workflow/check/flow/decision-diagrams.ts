/** A condition over the variables of its diagrams. Equal conditions are the same number. */
export type Diagram = number;

export const NEVER: Diagram = 0;
export const ALWAYS: Diagram = 1;

/** As many nodes as a workflow may need before its question is called too hard; far more than any that people have written. */
const MOST_NODES = 100_000;

interface Node {
  readonly variable: number;
  readonly low: Diagram;
  readonly high: Diagram;
}

/** Thrown by all operations once the diagrams have become too large; who asks has to do without an answer then. */
export class TooManyNodes extends Error {}

/** Reduced ordered binary decision diagrams: whether a condition can hold at all is seen at once. */
export class DecisionDiagrams {
  readonly #most: number;
  /** The first two stand for the constants, below all variables. */
  readonly #nodes: Node[] = [
    { variable: Number.POSITIVE_INFINITY, low: NEVER, high: NEVER },
    { variable: Number.POSITIVE_INFINITY, low: ALWAYS, high: ALWAYS },
  ];
  readonly #known = new Map<string, Diagram>();
  readonly #conjunctions = new Map<number, Diagram>();
  readonly #negations = new Map<Diagram, Diagram>();
  #variables = 0;

  constructor({ most = MOST_NODES }: { readonly most?: number } = {}) {
    this.#most = most;
  }

  /** A new variable, independent of all others. It is asked first: what is said about earlier steps then stays as it is. */
  variable(): Diagram {
    return this.#node(--this.#variables, NEVER, ALWAYS);
  }

  not(a: Diagram): Diagram {
    if (a <= ALWAYS) return 1 - a;
    const known = this.#negations.get(a);
    if (known !== undefined) return known;
    const { variable, low, high } = this.#nodes[a]!;
    const negation = this.#node(variable, this.not(low), this.not(high));
    this.#negations.set(a, negation);
    this.#negations.set(negation, a);
    return negation;
  }

  and(a: Diagram, b: Diagram): Diagram {
    if (a === b || b === ALWAYS) return a;
    if (a === ALWAYS) return b;
    if (a === NEVER || b === NEVER) return NEVER;
    const key = a < b ? a * this.#most + b : b * this.#most + a;
    const known = this.#conjunctions.get(key);
    if (known !== undefined) return known;
    const [left, right] = [this.#nodes[a]!, this.#nodes[b]!];
    const variable = Math.min(left.variable, right.variable);
    const branch = (node: Node, self: Diagram, side: 'low' | 'high') =>
      node.variable === variable ? node[side] : self;
    const answer = this.#node(
      variable,
      this.and(branch(left, a, 'low'), branch(right, b, 'low')),
      this.and(branch(left, a, 'high'), branch(right, b, 'high')),
    );
    this.#conjunctions.set(key, answer);
    return answer;
  }

  or(a: Diagram, b: Diagram): Diagram {
    return this.not(this.and(this.not(a), this.not(b)));
  }

  #node(variable: number, low: Diagram, high: Diagram): Diagram {
    if (low === high) return low;
    const key = `${variable},${low},${high}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#nodes.length >= this.#most) throw new TooManyNodes();
    const made = this.#nodes.push({ variable, low, high }) - 1;
    this.#known.set(key, made);
    return made;
  }
}
