// The tabs of this browser and session. Each has an id, which survives a reload; a duplicated tab gets another one. They
// talk over a channel. One of them, the leader, holds the stream for all.
const channel = new BroadcastChannel(`live-${session}`);
const tabKey = "live-tab";
const forever = () => new Promise(() => {});

// Holds a lock named after the tab. The page before a reload may hold it for a moment.
const hold = (id, signal) =>
  new Promise((held, refused) => {
    navigator.locks.request(`live-tab-${id}`, { signal }, () => {
      held(id);
      return forever();
    }).catch(refused);
  });

const claimTab = async () => {
  const stored = sessionStorage.getItem(tabKey);
  const taken = stored && (await hold(stored, AbortSignal.timeout(1000)).catch(() => null));
  const id = taken || (await hold(crypto.randomUUID()));
  sessionStorage.setItem(tabKey, id);
  return id;
};

const tabs = new Map();
let ownTab = null;
let lastActivity = Date.now();

for (const kind of ["pointerdown", "keydown", "pageshow"]) {
  addEventListener(kind, () => { lastActivity = Date.now(); }, { passive: true });
}

// `isLoad`: the page was loaded just now.
const here = (isLoad) => ({ kind: "here", tab: ownTab, at: lastActivity, isLoad, since });
