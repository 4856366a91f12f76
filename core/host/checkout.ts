import { fileURLToPath } from 'node:url';

/** The folder that holds `core/`, `plugins/`, `templates/` and `config/`. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
