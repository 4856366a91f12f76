import { definePlugin } from '@backplane/sdk';
import { pythonErrors } from './errors.ts';
import { runPython } from './run-python.ts';

export default definePlugin({ id: 'python', contributes: [runPython], errors: pythonErrors });
