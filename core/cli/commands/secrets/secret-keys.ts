import type { KeyState } from '../../../secrets/secret-services.ts';
import { createApiClient } from '../../api-client.ts';
import { EXIT } from '../../exit-code.ts';
import { printJson } from '../../output.ts';
import { type OnHost, say } from './on-host.ts';

/** `backplane secrets check`: which keys are there, what is encrypted with them, and whether that is as it should be. */
export async function checkKeys(options: OnHost): Promise<void> {
  const state: KeyState = await createApiClient(options).send('GET', '/secret-keys');
  const problems = problemsOf(state);
  if (problems.some(({ severe }) => severe)) process.exitCode = EXIT.failed;
  if (options.json) return printJson({ ...state, problems: problems.map(({ text }) => text) });
  if (state.known.length === 0) say('Nothing is encrypted yet.');
  for (const { id, current, values, held } of state.known)
    say(`${id}  ${values} values${current ? '  in use' : ''}${held ? '' : '  not on this host'}`);
  for (const { text } of problems) say(text);
}

/** `backplane secrets rotate-key`: everything is encrypted with the newest key; may be broken off and begun again. */
export async function rotateKey(options: OnHost): Promise<void> {
  const client = createApiClient(options);
  let changed = 0;
  for (;;) {
    const step = await client.send('POST', '/secret-keys/rotate');
    changed += step.changed;
    if (step.left > step.unreadable && step.changed > 0) continue;
    if (step.left > 0) process.exitCode = EXIT.failed;
    if (options.json) return printJson({ ...step, changed });
    say(`${changed} values were encrypted again with the key ${step.key}; ${step.left} are left.`);
    if (step.unreadable > 0) say(`${step.unreadable} of them no key of the host can read.`);
    return;
  }
}

function problemsOf({ origin, held, known }: KeyState): readonly { readonly text: string; readonly severe: boolean }[] {
  const current = known.find((key) => key.current);
  const old = known.filter(({ current: isCurrent, values }) => !isCurrent && values > 0);
  return [
    ...(origin === 'generated'
      ? [{ text: 'The key was made by the host: configure BACKPLANE_SECRETS_KEYS, and keep a copy.', severe: false }]
      : []),
    ...known
      .filter((key) => !key.held && (key.current || key.values > 0))
      .map(({ id }) => ({ text: `The key ${id} is needed and not on this host.`, severe: true })),
    ...(current !== undefined && held[0] !== undefined && held[0] !== current.id
      ? [
          {
            text: `${held[0]} is newer than the key in use: \`backplane secrets rotate-key\` brings it into use.`,
            severe: false,
          },
        ]
      : []),
    ...(old.length > 0
      ? [{ text: 'Older keys are still needed: `backplane secrets rotate-key` ends that.', severe: false }]
      : []),
  ];
}
