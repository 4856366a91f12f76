import { parentPort, workerData } from 'node:worker_threads';
import { sshKeyFacts } from './ssh-key-facts.ts';

parentPort?.postMessage(sshKeyFacts(workerData));
