// The benchmark's part of a content script. It runs alone, or after the measured script, and measures
// what the page asks it for. Times are in ms.

/** Opens a port. Greetings that arrive over it are not for the benchmark. */
function open(name = "benchmark") {
  const port = browser.runtime.connect({ name });
  let onMessage;
  port.onMessage.addListener((m) => {
    if (!m.greeting) onMessage(m);
  });
  return {
    post: (m) => port.postMessage(m),
    close: () => port.disconnect(),
    /** Waits for so many messages more, and returns them. */
    next(count = 1) {
      const messages = [];
      return new Promise((resolve) => {
        onMessage = (m) => messages.push(m) === count && resolve(messages);
      });
    },
  };
}

/** How long each of n runs of something takes. */
async function times(n, run) {
  const durations = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    await run();
    durations.push(performance.now() - start);
  }
  return durations;
}

/** Posts, and waits for the answer. */
async function roundTrip(port, message) {
  const answered = port.next();
  port.post(message);
  return answered;
}

/**
 * How far the background script's clock is ahead, as told by the fastest of some one-off messages: no
 * example listens to those.
 */
async function ahead() {
  let fastest = Number.POSITIVE_INFINITY;
  let difference = 0;
  for (let i = 0; i < 50; i++) {
    const start = now();
    const there = await browser.runtime.sendMessage("");
    const end = now();
    if (end - start >= fastest) continue;
    fastest = end - start;
    difference = there - (start + end) / 2;
  }
  return difference;
}

let kept;
let ended;
const openPorts = [];

const measures = {
  /** One click after another: until the background script receives it, and until the page knows that. */
  async click({ n }) {
    const oneWay = [];
    const both = [];
    let clicks;
    for (let i = 0; i < n; i++) {
      const start = now();
      document.body.click();
      // The first click may have to wake the background script, so nothing else does before.
      clicks ??= open("clicks");
      const [received] = await clicks.next();
      both.push(now() - start);
      oneWay.push(received - start);
    }
    clicks.close();
    const difference = await ahead();
    return { oneWay: oneWay.map((time) => time - difference), both };
  },

  /** How many clicks a second are received, of n at once. */
  async clicks({ n }) {
    const clicks = open("clicks");
    const start = performance.now();
    const all = clicks.next(n);
    for (let i = 0; i < n; i++) document.body.click();
    await all;
    const seconds = (performance.now() - start) / 1_000;
    clicks.close();
    return n / seconds;
  },

  /** Round trips over a port that stays open. */
  kept({ n, size = 10 }) {
    kept ??= open();
    const message = "x".repeat(size);
    return times(n, () => roundTrip(kept, message));
  },

  /** The same without a port. */
  oneOff: ({ n }) => times(n, () => browser.runtime.sendMessage("x".repeat(10))),

  /** The same over a port of its own for each. */
  reconnect: ({ n }) =>
    times(n, async () => {
      const port = open();
      await roundTrip(port, "x".repeat(10));
      port.close();
    }),

  /** n messages at once from the page. */
  async up({ n }) {
    const port = open();
    const start = performance.now();
    const answer = port.next();
    for (let i = 0; i < n; i++) port.post(i);
    port.post({ sent: n });
    const [counted] = await answer;
    const seconds = (performance.now() - start) / 1_000;
    port.close();
    return { ...counted, rate: n / seconds };
  },

  /** n messages at once to the page. */
  async down({ n }) {
    const port = browser.runtime.connect({ name: "benchmark" });
    const messages = [];
    const start = performance.now();
    port.postMessage({ send: n });
    await new Promise((resolve) => {
      port.onMessage.addListener((m) => (m === "end" ? resolve() : messages.push(m)));
    });
    const seconds = (performance.now() - start) / 1_000;
    port.disconnect();
    const outOfOrder = messages.filter((m, i) => m !== i).length;
    return { lost: n - messages.length, outOfOrder, rate: n / seconds };
  },

  /** Round trips over the port that was opened last, while so many are open. */
  async ports({ open: count, n }) {
    while (openPorts.length < count) {
      const port = open("port-from-cs");
      openPorts.push(port);
      // It is there when it answers.
      await roundTrip(port, "hello");
    }
    return times(n, () => roundTrip(openPorts.at(-1), "hello"));
  },

  /** Opens a port that ends with the background script. */
  async watch() {
    const port = browser.runtime.connect({ name: "benchmark" });
    ended = new Promise((resolve) => port.onDisconnect.addListener(() => resolve(true)));
    const answered = new Promise((resolve) => port.onMessage.addListener(resolve));
    port.postMessage("hello");
    await answered;
    return true;
  },

  /** Waits until that port has ended. */
  ended: () => ended,

  /** The resolutions of both scripts' clocks. */
  async clocks() {
    const port = open();
    const [background] = await roundTrip(port, { clock: true });
    port.close();
    return { page: clockStep(), background };
  },
};

document.addEventListener("measure", async ({ detail }) => {
  const { name, ...options } = JSON.parse(detail);
  const result = await measures[name](options);
  document.dispatchEvent(new CustomEvent("measured", { detail: JSON.stringify(result) }));
});
document.documentElement.dataset.ready = "";
