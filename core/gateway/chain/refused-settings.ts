/** One thing that is wrong with the settings of a policy. */
export interface SettingProblem {
  /** Inside the settings. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Thrown by a source of policies whose schema does not take the settings of a use. */
export class RefusedSettings extends Error {
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(settingLine).join('; '));
    this.problems = problems;
  }
}

/** `tiers[0].limit: is missing`, or the message alone for the settings as a whole. */
export function settingLine({ path, message }: SettingProblem): string {
  const name = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
  return name === '' ? message : `${name}: ${message}`;
}
