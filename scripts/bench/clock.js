// Runs before content.js and background.js.
// biome-ignore-all lint/correctness/noUnusedVariables: Those scripts use it, and Biome looks at one file at a time.

/** In ms. The clocks of two processes may differ by some tenths. */
const now = () => performance.timeOrigin + performance.now();

/** The clock's resolution in ms: the smallest of the steps that it takes. */
function clockStep() {
  let step = Number.POSITIVE_INFINITY;
  let last = performance.now();
  for (let steps = 0; steps < 100; ) {
    const next = performance.now();
    if (next === last) continue;
    step = Math.min(step, next - last);
    last = next;
    steps++;
  }
  return step;
}
