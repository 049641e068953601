// The benchmark's part of a background script. It runs alone, or after the measured script.
/** The port over which a page is told when its click was received. */
let clicks;
/** When the last click was received, until the page has been told. */
let received;

function tell() {
  if (!clicks || !received) return;
  clicks.postMessage(received);
  received = undefined;
}

browser.runtime.onConnect.addListener((port) => {
  if (port.name === "clicks") {
    clicks = port;
    port.onDisconnect.addListener(() => {
      if (clicks === port) clicks = undefined;
    });
    tell();
  }
  let count = 0;
  let outOfOrder = 0;
  port.onMessage.addListener((m) => {
    if (m.greeting === "they clicked the page!") {
      received = now();
      tell();
    } else if (typeof m === "string") {
      port.postMessage(0);
    } else if (typeof m === "number") {
      if (m !== count++) outOfOrder++;
    } else if (m.sent) {
      port.postMessage({ lost: m.sent - count, outOfOrder });
    } else if (m.send) {
      for (let i = 0; i < m.send; i++) port.postMessage(i);
      port.postMessage("end");
    } else if (m.clock) {
      port.postMessage(clockStep());
    }
  });
});

browser.runtime.onMessage.addListener((_message, _sender, respond) => respond(now()));
