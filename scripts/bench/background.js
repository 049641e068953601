// The benchmark's part of a background script: answers messages and clicks. The answers are numbers in
// sequence, so that the page notices if an answer is lost or comes in the wrong order.
let answers = 0;

/** The port for the answers to clicks, since the page's measured script keeps its port to itself. */
let clicks;
let unanswered = 0;

function answerClicks() {
  for (; clicks && unanswered > 0; unanswered--) clicks.postMessage(answers++);
}

browser.runtime.onConnect.addListener((port) => {
  if (port.name === "clicks") {
    clicks = port;
    port.onDisconnect.addListener(() => {
      clicks = undefined;
    });
    answerClicks();
  }
  port.onMessage.addListener((m) => {
    if (m.greeting === "they clicked the page!") {
      unanswered++;
      answerClicks();
    } else if (typeof m === "string") {
      port.postMessage(answers++);
    }
  });
});

browser.runtime.onMessage.addListener((_message, _sender, respond) => respond(answers++));
