import { stripVTControlCharacters } from 'node:util';

const USUAL_ROWS = 24;
const USUAL_COLUMNS = 80;

/** Lines on a terminal that are written over again and again. */
export class LiveLines {
  readonly #terminal: NodeJS.WriteStream;
  #height = 0;

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
  }

  /** What does not fit the window is left out at its top: what scrolls away cannot be written over. */
  show(lines: readonly string[]): void {
    const room = Math.max(1, (this.#terminal.rows || USUAL_ROWS) - 1);
    let first = lines.length;
    let height = 0;
    for (let i = lines.length - 1; i >= 0 && height + this.#rowsOf(lines[i]!) <= room; i--) {
      height += this.#rowsOf(lines[i]!);
      first = i;
    }
    const up = this.#height === 0 ? '' : `\u001b[${this.#height}A`;
    this.#terminal.write(`${up}\r\u001b[0J${lines.slice(first).join('\n')}\n`);
    this.#height = height;
  }

  /** What stands there stays. */
  leave(): void {
    this.#height = 0;
  }

  /** A line that is too long goes on in the next row. */
  #rowsOf(line: string): number {
    return Math.max(1, Math.ceil(stripVTControlCharacters(line).length / (this.#terminal.columns || USUAL_COLUMNS)));
  }
}
