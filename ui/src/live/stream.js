// The stream of the leader. It is opened again when the tabs change, and after errors with growing delays.
const lastKey = "live-last";
const interval = 30_000;
let isLeader = false;
let heardLeaderAt = Date.now();
let source = null;
let openedAt = 0;
let failures = 0;
let reopening = null;
let listed = "";
// The stream begins after this message: a new tab needs those since its page was made.
let after = since;

const stored = JSON.parse(localStorage.getItem(lastKey) ?? "{}");
if (stored.session === session && stored.id < after) after = stored.id;

const address = () => {
  const now = Date.now();
  tabs.set(ownTab, { at: lastActivity, heard: Infinity });
  const list = [...tabs].map(([tab, { at }]) => `${tab}:${Math.max(0, now - at)}`);
  return `/events?session=${session}&tabs=${list.join(",")}&after=${after}`;
};

const receive = (pushed) => {
  if (isNew(pushed, ownTab)) show(pushed);
};

const open = () => {
  source?.close();
  listed = [...tabs.keys()].sort().join();
  openedAt = Date.now();
  source = new EventSource(address());
  source.onmessage = ({ data, lastEventId: id }) => {
    after = id;
    localStorage.setItem(lastKey, JSON.stringify({ session, id }));
    const pushed = { ...JSON.parse(data), id };
    channel.postMessage({ kind: "pushed", pushed });
    receive(pushed);
  };
  source.onerror = async () => {
    source.close();
    failures = Date.now() - openedAt > interval ? 1 : failures + 1;
    // The server may have ended the session while the stream was closed.
    await askServer(false);
    if (isLeader) reopen(Math.min(interval, 500 * 2 ** failures) * (0.5 + Math.random()));
  };
};

const reopen = (milliseconds) => {
  clearTimeout(reopening);
  reopening = setTimeout(open, milliseconds);
};

// Waits, since several tabs may open or close at once. A loaded page is reported too: it is activity of its tab.
const listChanged = (isLoad) => {
  if (isLeader && (isLoad || [...tabs.keys()].sort().join() !== listed)) reopen(100);
};

const onTabMessage = (message) => {
  switch (message.kind) {
    case "here":
      tabs.set(message.tab, { at: message.at, heard: Date.now() });
      if (message.isLoad && message.since < after) after = message.since;
      return listChanged(message.isLoad);
    case "gone":
      tabs.delete(message.tab);
      return listChanged(false);
    case "who":
      heardLeaderAt = Date.now();
      return channel.postMessage(here(false));
    case "pushed": return receive(message.pushed);
    case "ends": return endsAt(message.at);
  }
};

const askTabs = () => {
  // A tab that crashed sends no "gone".
  for (const [tab, { heard }] of tabs) if (Date.now() - heard > 3 * interval) tabs.delete(tab);
  listChanged(false);
  channel.postMessage({ kind: "who" });
};

const lead = () => {
  isLeader = true;
  channel.postMessage({ kind: "who" });
  reopen(50);
  return forever();
};

const follow = () => {
  isLeader = false;
  clearTimeout(reopening);
  source?.close();
  elect();
};

// The next leader is the tab that waited longest.
const elect = (options = {}) => navigator.locks.request(`live-leader-${session}`, options, lead).catch(follow);

const start = async () => {
  // Without HTTPS, browsers have no locks: each tab then has a stream of its own.
  ownTab = navigator.locks ? await claimTab() : Math.random().toString(36).slice(2).padEnd(8, "0");
  document.documentElement.dataset.tab = ownTab;
  channel.onmessage = ({ data }) => onTabMessage(data);
  channel.postMessage(here(true));
  if (navigator.locks) elect();
  else lead();
  setInterval(() => {
    if (isLeader) askTabs();
    // The system may have suspended the leader.
    else if (Date.now() - heardLeaderAt > 4 * interval) elect({ steal: true });
  }, interval);
};

addEventListener("pagehide", () => {
  channel.postMessage({ kind: "gone", tab: ownTab });
  source?.close();
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  channel.postMessage(here(true));
  if (isLeader) reopen(0);
});
start();
