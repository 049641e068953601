// Opens a port, and logs what happens to the port. It does nothing about the end of the port.
const port = browser.runtime.connect();
port.onMessage.addListener((m) => console.log(`received ${m}`));
port.onDisconnect.addListener(() => console.log("onDisconnect"));
document.addEventListener("click", () => port.postMessage("the click"));
// Tests dispatch these events.
document.addEventListener("disconnect", () => port.disconnect());

browser.runtime.onConnect.addListener((port) => {
  console.log("onConnect");
  port.onDisconnect.addListener(() => console.log("onDisconnect"));
  document.addEventListener("disconnect", () => port.disconnect());
  document.addEventListener("listen", () => {
    port.onMessage.addListener((m) => console.log(`received ${m}`));
  });
});
