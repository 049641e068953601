// The benchmark's part of a background script. It runs alone, or after the one that is measured.
/** Over which a page is told when its click was heard. */
let clicks;
/** When the last click was heard, until a page has been told. */
let heard;

function tell() {
  if (!clicks || !heard) return;
  clicks.postMessage(heard);
  heard = undefined;
}

browser.runtime.onConnect.addListener((port) => {
  if (port.name === "clicks") {
    clicks = port;
    port.onDisconnect.addListener(() => {
      if (clicks === port) clicks = undefined;
    });
    tell();
  }
  let received = 0;
  let outOfOrder = 0;
  port.onMessage.addListener((m) => {
    if (m.greeting === "they clicked the page!") {
      heard = now();
      tell();
    } else if (typeof m === "string") {
      port.postMessage(0);
    } else if (typeof m === "number") {
      if (m !== received++) outOfOrder++;
    } else if (m.sent) {
      port.postMessage({ lost: m.sent - received, outOfOrder });
    } else if (m.send) {
      for (let i = 0; i < m.send; i++) port.postMessage(i);
      port.postMessage("end");
    } else if (m.time) {
      port.postMessage(now());
    } else if (m.clock) {
      port.postMessage(clockStep());
    }
  });
});

browser.runtime.onMessage.addListener((_message, _sender, respond) => respond(0));
