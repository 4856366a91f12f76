import type { PolicyTarget } from '@backplane/sdk';

/** Targets in an order drawn by their weights: the first one is chosen as a weighted balancer would. */
export function* inRandomOrder(
  targets: readonly PolicyTarget[],
  random: () => number = Math.random,
): Generator<PolicyTarget> {
  const left = targets.filter(({ weight }) => weight > 0);
  while (left.length > 0) {
    let draw = random() * left.reduce((sum, { weight }) => sum + weight, 0);
    const at = left.findIndex(({ weight }) => {
      draw -= weight;
      return draw < 0;
    });
    yield left.splice(at < 0 ? left.length - 1 : at, 1)[0]!;
  }
}
