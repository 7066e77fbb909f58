// What the server sent with the page.
const { session, build, endsIn, since } = document.currentScript.dataset;
const background = { headers: { "x-background": "1" } };

// A form that ends the session, such as a log-out, shows a page of its own.
let navigatesSince = 0;
addEventListener("beforeunload", () => { navigatesSince = Date.now(); });

// Opens the page that a user of an ended session sees. It leads back here after a log-in.
const leave = (reason) => {
  if (Date.now() - navigatesSince < 3000) return setTimeout(leave, 3000, reason);
  const to = location.pathname + location.search;
  location.replace(`/login?ended=${encodeURIComponent(reason)}&to=${encodeURIComponent(to)}`);
};

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Returns the milliseconds until the session ends, or null if the server does not answer. Asking extends the session
// only if `isActivity`. If the session has ended, the page leaves.
const askServer = async (isActivity, isRepeated = false) => {
  const answer = await fetch(`/session/${session}`, isActivity ? {} : background).catch(() => null);
  if (answer?.ok) return Number(answer.headers.get("x-session-ends-in"));
  // This browser has another session by now.
  if (answer?.status === 404) location.reload();
  if (answer?.status === 401) {
    if (isRepeated) leave("not known");
    // Another request may have replaced the cookie a moment ago.
    else return wait(1000).then(() => askServer(isActivity, true));
  }
  return null;
};
