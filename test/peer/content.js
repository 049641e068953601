// Runs beside the content script, and posts what the test asks it for: over a port of its own to the
// background script, or, by way of peer/background.js, over the background script's port to here.
document.addEventListener("post", ({ detail }) => {
  const { name, message } = JSON.parse(detail);
  const port = browser.runtime.connect({ name });
  if (message !== undefined) port.postMessage(message);
  port.disconnect();
});
browser.runtime.onConnect.addListener((port) => {
  if (port.name !== "another") return;
  port.onMessage.addListener(({ greeting }) => console.log(`over another: ${greeting}`));
});
