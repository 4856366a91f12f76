import { expect, test } from 'vitest';
import { harmless, terminalLook } from './terminal-look.ts';

const tty = { isTTY: true, columns: 132 };

test('the width is that of COLUMNS, else of the terminal, else 100, within reason', () => {
  expect(terminalLook(tty, { COLUMNS: '70' }).width).toBe(70);
  expect(terminalLook(tty, { COLUMNS: 'x' }).width).toBe(132);
  expect(terminalLook({}, {}).width).toBe(100);
  expect(terminalLook({ columns: 5 }, {}).width).toBe(40);
});

test('colours are for terminals alone, and not where NO_COLOR is set', () => {
  expect(terminalLook(tty, {}).colours).toBe(true);
  expect(terminalLook({}, {}).colours).toBe(false);
  expect(terminalLook(tty, { NO_COLOR: '1' }).colours).toBe(false);
  expect(terminalLook(tty, { NO_COLOR: '' }).colours).toBe(true);
  expect(terminalLook(tty, { TERM: 'dumb' }).colours).toBe(false);
});

test('signs beyond ASCII need a locale that has them', () => {
  expect(terminalLook(tty, { LANG: 'de_DE.UTF-8' }).unicode).toBe(true);
  expect(terminalLook(tty, { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }).unicode).toBe(false);
  expect(terminalLook(tty, {}).unicode).toBe(false);
});

test('text of a run cannot steer the terminal', () => {
  expect(harmless('a\u001b]0;title\u0007b\nc\u202ed')).toBe('a ]0;title b c d');
});
