import type { PolicyTarget } from '@backplane/sdk';

/** Draws one by the weights. Undefined when there is none to draw. */
export function weightedPick(
  targets: readonly PolicyTarget[],
  random: () => number = Math.random,
): PolicyTarget | undefined {
  let draw = random() * targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.find(({ weight }) => {
    draw -= weight;
    return weight > 0 && draw < 0;
  });
}
