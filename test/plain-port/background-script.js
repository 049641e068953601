// Logs what happens to the ports of plain-port/content-script.js.
const ports = new Set();

function log({ error = browser.runtime.lastError }) {
  console.log(error ? `onDisconnect: ${error.message}` : "onDisconnect");
}

browser.runtime.onConnect.addListener((port) => {
  console.log("onConnect");
  ports.add(port);
  port.onMessage.addListener((m) => console.log(`received ${m}`));
  port.onDisconnect.addListener((port) => {
    ports.delete(port);
    log(port);
  });
});

// Posts to every open port. If there is none, it opens one to the current tab.
(browser.action ?? browser.browserAction).onClicked.addListener(({ id }) => {
  console.log("onClicked");
  if (ports.size === 0) browser.tabs.connect(id).onDisconnect.addListener(log);
  for (const port of ports) port.postMessage("the button");
});
