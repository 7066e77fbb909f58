// The tabs of this browser and session. Each has an id, which survives a reload; a duplicated tab gets another one.
// They send each other messages over a channel. One of them, the leader, has the stream for all.
const channel = new BroadcastChannel(`live-${session}`);
const tabKey = "live-tab";
const forever = () => new Promise(() => {});

// Locks the name of the tab. The page before a reload may keep the lock for a moment.
const lockTab = (id, signal) =>
  new Promise((locked, refused) => {
    navigator.locks.request(`live-tab-${id}`, { signal }, () => {
      locked(id);
      return forever();
    }).catch(refused);
  });

const claimTab = async () => {
  const stored = sessionStorage.getItem(tabKey);
  const taken = stored && (await lockTab(stored, AbortSignal.timeout(1000)).catch(() => null));
  const id = taken || (await lockTab(crypto.randomUUID()));
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
