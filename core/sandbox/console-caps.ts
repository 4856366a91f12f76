/** Console lines kept per run, and characters in all of them together; what comes after is counted, not kept. */
export const MOST_CONSOLE_LINES = 1000;
export const MOST_CONSOLE_CHARACTERS = 64 * 1024;
