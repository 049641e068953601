// The benchmark's part of a background script: answers each message and each click of a page. The answers are
// numbers in sequence, so that a lost answer or a wrong order is noticed.
let answers = 0;
let unanswered = 0;

/** The benchmark's port to the page. The measured scripts keep their own port to themselves. */
let benchPort;

function answer() {
  for (; benchPort && unanswered > 0; unanswered--) benchPort.postMessage(answers++);
}

browser.runtime.onConnect.addListener((port) => {
  if (port.name === "benchmark") {
    benchPort = port;
    // The click that has started this script arrived before the benchmark's port.
    answer();
  }
  port.onMessage.addListener((m) => {
    if (m.greeting === "hello from content script") return;
    unanswered++;
    answer();
  });
});

browser.runtime.onMessage.addListener((_message, _sender, respond) => respond(answers++));
