// The benchmark's part of a content script: takes the time of round trips to the background script, in
// milliseconds. The page asks with the event "measure", and gets the times with the event "measured".

/** Opens a port over which the background script posts numbers as answers. */
function openPort(name) {
  const port = browser.runtime.connect({ name });
  let onAnswer;
  port.onMessage.addListener((m) => {
    // MDN's example also posts its greeting over each port.
    if (typeof m === "number") onAnswer(m);
  });
  /** Waits for so many answers. */
  function answers(count) {
    const received = [];
    return new Promise((resolve) => {
      onAnswer = (m) => received.push(m) === count && resolve(received);
    });
  }
  return { port, answers };
}

/** The port that stays open. */
let openedPort;

/** The port for the answers to clicks. */
let clicks;

/** Waits until the user has clicked the page, and for the answer. Only such a click opens another port. */
async function userClick() {
  let start;
  addEventListener("click", () => (start = performance.now()), { capture: true, once: true });
  await new Promise((resolve) => addEventListener("click", resolve, { once: true }));
  await clicksAnswered(1);
  return performance.now() - start;
}

async function clicksAnswered(count) {
  if (!clicks) {
    // Opened after the click, because the click itself is to start a stopped background script.
    clicks = openPort("clicks");
    clicks.port.onDisconnect.addListener(() => {
      clicks = undefined;
    });
  }
  const numbers = await clicks.answers(count);
  if (numbers.some((number, i) => number !== numbers[0] + i)) {
    throw new Error("The answers to the clicks did not arrive in the order of the clicks.");
  }
}

const ways = {
  openPort(message) {
    openedPort ??= openPort("messages");
    return roundTrip(openedPort, message);
  },
  oneOffMessage: (message) => browser.runtime.sendMessage(message),
  async portForEach(message) {
    const opened = openPort("messages");
    await roundTrip(opened, message);
    opened.port.disconnect();
  },
  /** Clicks by a script, so many at once. */
  clicks(message) {
    for (let i = 0; i < message.length; i++) document.body.click();
    return clicksAnswered(message.length);
  },
  /** Waits until the stopped background script's port has ended. */
  async portEnd() {
    const port = clicks?.port;
    if (port) await new Promise((resolve) => port.onDisconnect.addListener(resolve));
  },
};

async function roundTrip({ port, answers }, message) {
  const answered = answers(1);
  port.postMessage(message);
  await answered;
}

async function timeOf(way, message) {
  const start = performance.now();
  await way(message);
  return performance.now() - start;
}

async function measure({ way, count, size }) {
  const message = "x".repeat(size);
  const times = [];
  for (let i = 0; i < count; i++) {
    times.push(way === "userClick" ? await userClick() : await timeOf(ways[way], message));
  }
  return times;
}

document.addEventListener("measure", async ({ detail }) => {
  const result = await measure(JSON.parse(detail)).then(
    (times) => ({ times }),
    ({ message }) => ({ error: message }),
  );
  document.dispatchEvent(new CustomEvent("measured", { detail: JSON.stringify(result) }));
});
document.documentElement.dataset.ready = "";
