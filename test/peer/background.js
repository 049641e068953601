// Runs next to the background script, and gets the same ports.
const open = [];
const inMemory = [];
browser.runtime.onConnect.addListener((port) => {
  const { name, sender } = port;
  if (name === "port-from-cs") {
    open.push(port);
    inMemory.push(new WeakRef(port));
    port.onDisconnect.addListener(function ended() {
      open.splice(open.indexOf(port), 1);
      port.onDisconnect.removeListener(ended);
    });
  }
  if (name === "to the page") port.onMessage.addListener((m) => open.at(-1).postMessage(m));
  if (name === "connect to the page as") {
    port.onMessage.addListener((name) => {
      const { tab, frameId } = sender;
      const toPage = browser.tabs.connect(tab.id, { name, frameId });
      toPage.postMessage({ greeting: "hello" });
      toPage.onDisconnect.addListener(() => {
        console.log(browser.runtime.lastError?.message ?? "The page has ended the port.");
      });
    });
  }
  if (name === "another") {
    port.onMessage.addListener(({ greeting }) => console.log(`over another: ${greeting}`));
  }
  if (name === "how many are open") console.log(open.length);
  if (name === "how many are in memory") {
    console.log(inMemory.filter((reference) => reference.deref()).length);
  }
});
