// Runs next to the background script, and gets the same ports.
const open = [];
browser.runtime.onConnect.addListener((port) => {
  if (port.name === "port-from-cs") {
    open.push(port);
    port.onDisconnect.addListener(() => open.splice(open.indexOf(port), 1));
  }
  if (port.name === "to the page") port.onMessage.addListener((m) => open.at(-1).postMessage(m));
  if (port.name === "connect to the page as") {
    port.onMessage.addListener((name) => {
      browser.tabs.connect(port.sender.tab.id, { name }).postMessage({ greeting: "hello" });
    });
  }
  if (port.name === "another") {
    port.onMessage.addListener(({ greeting }) => console.log(`over another: ${greeting}`));
  }
  if (port.name === "how many") console.log(open.length);
});
