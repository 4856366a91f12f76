import { readFileSync } from 'node:fs';

const part = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The whole page: nothing of it is loaded from anywhere else. */
export const tryItPage = part('try-it.html')
  .replace('/* style */', () => part('try-it.css'))
  .replace('/* script */', () => part('try-it.js'));
