import { MOST_CONSOLE_CHARACTERS, MOST_CONSOLE_LINES } from '../../console-caps.ts';

/** Passes on what one run prints, until the caps are reached; then only counts. */
export class ConsoleSink {
  readonly #send: (level: string, text: string) => void;
  #lines = 0;
  #characters = 0;

  constructor(send: (level: string, text: string) => void) {
    this.#send = send;
  }

  write(level: string, line: string): void {
    this.#lines++;
    if (this.#lines > MOST_CONSOLE_LINES || this.#characters >= MOST_CONSOLE_CHARACTERS) return;
    const text = line.replace(/\n$/, '').slice(0, MOST_CONSOLE_CHARACTERS - this.#characters);
    this.#characters += text.length;
    this.#send(level, text);
  }

  finish(): void {
    const dropped = this.#lines - MOST_CONSOLE_LINES;
    if (dropped > 0) this.#send('warn', `… ${dropped} more lines were dropped: the console's limit was reached`);
  }
}
