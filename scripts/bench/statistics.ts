/**
 * Finds what a share of some values does not exceed.
 *
 * @param values - in any order
 * @param share - 0.5 for the median, 0.99 for the 99th percentile
 */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: number[]) => quantile(values, 0.5);

/** The middle of some values, and the quartiles below and above it. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

export const spread = (values: number[]): Spread => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

/**
 * Compares two ways that took turns: the ratio of each block's medians.
 *
 * @param blocks - what was measured, block by block
 * @param base - what it is compared with, block by block
 */
export const ratio = (blocks: number[][], base: number[][]): Spread =>
  spread(blocks.map((block, i) => median(block) / median(base[i] ?? [])));

/**
 * Measures several ways in turn, in the other order each time, so that what changes in the machine
 * meanwhile changes all alike.
 *
 * @param count - how often
 * @param ways - each measures a block. A first one of each is left out.
 * @returns for each way its blocks
 */
export async function alternate<Way extends string, Block>(
  count: number,
  ways: Record<Way, () => Promise<Block>>,
): Promise<Record<Way, Block[]>> {
  const entries = Object.entries(ways) as [Way, () => Promise<Block>][];
  const blocks = Object.fromEntries(entries.map(([way]) => [way, []])) as unknown as Record<
    Way,
    Block[]
  >;
  for (let i = 0; i <= count; i++) {
    for (const [way, measure] of entries) {
      const block = await measure();
      if (i > 0) blocks[way].push(block);
    }
    entries.reverse();
  }
  return blocks;
}
