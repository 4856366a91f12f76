/** How many actions may run at the same time. Names of actions may hold `*`, which stands for anything. */
export type ActionLimits = Readonly<Record<string, number>>;

export interface ActionLimit {
  readonly pattern: string;
  readonly limit: number;
}

/** Gives the limit for an action: of those that fit, the one with the longest name apart from its `*`. */
export function actionLimitFinder(limits: ActionLimits): (action: string) => ActionLimit | undefined {
  const known = Object.entries(limits)
    .map(([pattern, limit]) => ({ pattern, limit, fits: matcher(pattern), weight: weigh(pattern) }))
    .sort((a, b) => b.weight - a.weight);
  return (action) => known.find(({ fits }) => fits.test(action));
}

function matcher(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`);
}

/** A name without `*` fits best, however short. */
function weigh(pattern: string): number {
  return pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.MAX_SAFE_INTEGER;
}
