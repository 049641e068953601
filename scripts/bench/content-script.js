// The benchmark's part of a content script: measures round trips to the background script. The page asks with
// the event "measure", and the event "measured" brings the times, in milliseconds, and the answers.

/** The benchmark's port, over which the background script posts the answers. */
let benchPort;
let onAnswer;

function openPort() {
  benchPort = browser.runtime.connect({ name: "benchmark" });
  benchPort.onMessage.addListener((m) => {
    // MDN's background script also posts its greeting.
    if (typeof m === "number") onAnswer(m);
  });
  benchPort.onDisconnect.addListener(() => {
    benchPort = undefined;
    document.documentElement.dataset.benchPort = "ended";
  });
  document.documentElement.dataset.benchPort = "open";
}

function answers(count) {
  const numbers = [];
  return new Promise((resolve) => {
    onAnswer = (number) => numbers.push(number) === count && resolve(numbers);
  });
}

function post(message) {
  benchPort.postMessage(message);
  return answers(1);
}

function click(count) {
  for (let i = 0; i < count; i++) document.body.click();
  return answers(count);
}

/** What is measured: each way returns the answers, which are numbers. */
const ways = {
  openPort: post,
  newPort(message) {
    benchPort.disconnect();
    openPort();
    return post(message);
  },
  oneOffMessage: async (message) => [await browser.runtime.sendMessage(message)],
  click: () => click(1),
  manyClicks: () => click(500),
  userClick: () => answers(1),
};

let start;
function onUserClick({ isTrusted }) {
  if (isTrusted) start = performance.now();
}
// The user clicks later than the page asks, so the time begins with the click.
addEventListener("click", onUserClick, { capture: true });
// Runs after the measured script's listener, because the click itself is to start a stopped background script.
addEventListener("click", () => {
  if (!benchPort) openPort();
});

document.addEventListener("measure", async ({ detail }) => {
  const { way, count, size } = JSON.parse(detail);
  const message = "x".repeat(size);
  const measured = { times: [], numbers: [] };
  for (let i = 0; i < count; i++) {
    start = performance.now();
    measured.numbers.push(...(await ways[way](message)));
    measured.times.push(performance.now() - start);
  }
  document.dispatchEvent(new CustomEvent("measured", { detail: JSON.stringify(measured) }));
});

openPort();
