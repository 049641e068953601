// Compares ways to do the same thing, and shows the comparison as a table.

/** What was measured of one way. Texts show the median and, in parentheses, the range of nine of ten values. */
export interface Row {
  way: string;
  /** In milliseconds. */
  time: string;
  /** How many times as long as the first way, from round to round. */
  ratio: string;
}

/**
 * Measures several ways in turn. Every second round has the opposite order, so that whatever else the machine
 * does affects all ways alike.
 *
 * @param seconds - how long: no round begins after this time, except the first three
 * @param ways - by name, how to measure each way: the function returns times in milliseconds
 * @returns a row for each way; the others are compared with the first
 */
export async function takeTurns(
  seconds: number,
  ways: Record<string, () => Promise<number[]>>,
): Promise<Row[]> {
  const measured = Object.entries(ways).map(([way, measure]) => {
    const timesOfRounds: number[][] = [];
    return { way, measure, timesOfRounds };
  });
  const end = performance.now() + seconds * 1_000;
  // The first measurement takes longer than the others, and does not count.
  for (const { measure } of measured) await measure();
  const turns = [...measured];
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    for (const { measure, timesOfRounds } of turns) timesOfRounds.push(await measure());
    turns.reverse();
  }

  const [first] = measured;
  return measured.map(({ way, timesOfRounds }) => {
    const ratios = timesOfRounds.map(
      (times, round) => median(times) / median(first?.timesOfRounds[round] ?? []),
    );
    return {
      way,
      time: medianAndRange(timesOfRounds.flat()),
      ratio: way === first?.way ? "1" : medianAndRange(ratios),
    };
  });
}

function medianAndRange(values: number[]) {
  const range = `${figure(quantile(values, 0.05))} to ${figure(quantile(values, 0.95))}`;
  return `${figure(median(values))} (${range})`;
}

const median = (values: number[]) => quantile(values, 0.5);

/** The value that a share of the values does not exceed, interpolated between the two nearest ones. */
function quantile(values: number[], share: number) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position % 1);
}

/** Shows three digits, or two of a value that is less than 1. */
const figure = (value: number) => String(Number(value.toPrecision(value < 1 ? 2 : 3)));

/**
 * Shows the rows of several browsers next to each other.
 *
 * @param browsers - by name, what was measured in each browser: the same ways
 * @returns a table in Markdown
 */
export function table(browsers: Record<string, Row[]>): string {
  const heading = Object.keys(browsers).flatMap((name) => [`${name}, in ms`, "ratio"]);
  const [first = []] = Object.values(browsers);
  const rows = first.map(({ way }, i) => [
    way,
    ...Object.values(browsers).flatMap((rows) => [rows[i]?.time, rows[i]?.ratio]),
  ]);
  return [["", ...heading], ["---", ...heading.map(() => "---")], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
