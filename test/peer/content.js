// Runs beside the content script, and posts what the test asks it for: over a port of its own to the
// background script, or, by way of peer/background.js, over the background script's port to here.
document.addEventListener("post", ({ detail }) => {
  const { name, message } = JSON.parse(detail);
  const port = browser.runtime.connect({ name });
  if (message !== undefined) port.postMessage(message);
  port.disconnect();
});
function connected(port) {
  if (port.name !== "another") return;
  port.onMessage.addListener(({ greeting }) => {
    console.log(`over another: ${greeting}`);
    port.disconnect();
  });
}
// A port ends at once if no script listens to it.
if (!document.prerendering) browser.runtime.onConnect.addListener(connected);
document.addEventListener("lose the runtime API", () => {
  Object.defineProperty(browser, "runtime", { value: undefined });
});
