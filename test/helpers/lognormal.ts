/**
 * Lognormal numbers with median 1, the same for the same seed.
 * @param sigma standard deviation of their logarithm
 */
export function lognormal(count: number, sigma: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    return Math.exp(sigma * normal);
  });
}

/** Random numbers in (0, 1) that are the same for the same seed (Park and Miller's generator). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
