// Shows what the server pushed. All HTML is rendered by the server, from its own components.
const knownKey = "live-known";
const firstKey = "live-first";
const known = JSON.parse(sessionStorage.getItem(knownKey) ?? "[]");
// The first page of this tab in this session: another user may have used the tab before. What was pushed before that
// page is not for it. Ids sort by time.
const first = JSON.parse(sessionStorage.getItem(firstKey) ?? "{}");
const firstId = first.session === session ? first.id : since;
sessionStorage.setItem(firstKey, JSON.stringify({ session, id: firstId }));

// False if this tab has shown it already, or if it is for another tab. Only a replayed message can be too old: the
// process that made the page may have a clock ahead of the others.
const isNew = ({ id, tab, replayed }, ownTab) => {
  if ((replayed && id < firstId) || known.includes(id) || (tab && tab !== ownTab)) return false;
  known.push(id);
  if (known.length > 300) known.shift();
  sessionStorage.setItem(knownKey, JSON.stringify(known));
  return true;
};

const toast = (html) => document.querySelector("[data-live-toasts]")?.insertAdjacentHTML("beforeend", html);

const fragments = (name, root = document) => root.querySelectorAll(`[data-live="${CSS.escape(name)}"]`);

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

// A user who has opened a dialog or typed in the fragment must not lose it.
const isInUse = (element) =>
  element.contains(document.activeElement) || element.querySelector("dialog[open], :popover-open");

const replace = (name, root) => {
  const [fresh] = fragments(name, root);
  if (!fresh) return;
  for (const element of fragments(name)) {
    if (!isInUse(element)) element.replaceWith(document.importNode(fresh, true));
  }
};

// The number of the last request for each fragment: earlier ones may be answered later.
const asked = new Map();

const refresh = async (name) => {
  if (!fragments(name).length) return;
  const number = (asked.get(name) ?? 0) + 1;
  asked.set(name, number);
  const headers = { ...background.headers, accept: "text/html" };
  const answer = await fetch(location.href, { headers }).catch(() => null);
  if (!answer?.ok) return;
  const page = parsed(await answer.text());
  // Another user of this browser may have logged in.
  const isOwn = page.getElementById("live")?.dataset.session === session;
  if (isOwn && asked.get(name) === number) replace(name, page);
};

// `data-live-every` is in seconds.
for (const { dataset } of document.querySelectorAll("[data-live-every]")) {
  setInterval(() => {
    if (document.visibilityState === "visible") refresh(dataset.live);
  }, dataset.liveEvery * 1000);
}

// Asks the user once to load the pages of a new build.
const announceBuild = (pushed) => {
  if (pushed.build === build || sessionStorage.getItem("live-told") === pushed.build) return;
  sessionStorage.setItem("live-told", pushed.build);
  toast(pushed.html);
};

const show = (pushed) => {
  switch (pushed.kind) {
    case "hello": return announceBuild(pushed);
    case "ended": return leave(pushed.reason);
    case "toast": return toast(pushed.html);
    case "navigate": return location.assign(pushed.path);
    case "reload": return location.reload();
    case "refresh": return refresh(pushed.fragment);
    case "replace": return replace(pushed.fragment, parsed(pushed.html));
    case "event": return dispatchEvent(new CustomEvent(pushed.name, { detail: pushed.data }));
  }
};
