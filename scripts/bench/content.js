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

/** Clicks the page so many times at once, and waits for all answers. */
async function click(count) {
  for (let i = 0; i < count; i++) document.body.click();
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
  oneClick: () => click(1),
  clicksAtOnce: () => click(500),
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

async function measure({ way, count, size }) {
  const message = "x".repeat(size);
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await ways[way](message);
    times.push(performance.now() - start);
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
