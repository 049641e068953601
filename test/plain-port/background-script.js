// Logs what happens to the ports of plain-port/content-script.js.
const ports = new Set();

function connected(port) {
  ports.add(port);
  port.onMessage.addListener((m) => console.log(`received ${m}`));
  port.onDisconnect.addListener(({ error = browser.runtime.lastError }) => {
    ports.delete(port);
    console.log(error ? `onDisconnect: ${error.message}` : "onDisconnect");
  });
}

browser.runtime.onConnect.addListener((port) => {
  console.log("onConnect");
  connected(port);
});

// Posts to every open port. If there is none, it opens one to the current tab.
(browser.action ?? browser.browserAction).onClicked.addListener(({ id }) => {
  console.log("onClicked");
  if (ports.size === 0) connected(browser.tabs.connect(id));
  for (const port of ports) port.postMessage("the button");
});
