// A minute before the session ends, a dialog counts down in all tabs. The server is asked before the dialog opens, and
// again when the time is over: it decides.
const dialog = document.getElementById("idle");
const part = (name) => dialog.querySelector(`[data-idle="${name}"]`);
const warning = Math.min(60_000, Number(endsIn) / 2);
// Screen readers say the time this often, in seconds.
const sayEvery = 15;
let end = Date.now() + Number(endsIn);
let ticking = null;
let said = null;

const words = (seconds) => (seconds === 1 ? "1 second" : `${seconds} seconds`);

const stop = () => {
  clearInterval(ticking);
  ticking = null;
  if (dialog.open) dialog.close();
};

const count = () => {
  const seconds = Math.ceil((end - Date.now()) / 1000);
  if (seconds <= 0) {
    stop();
    return check();
  }
  part("left").textContent = words(seconds);
  const spoken = Math.ceil(seconds / sayEvery) * sayEvery;
  if (spoken !== said) part("said").textContent = words(spoken);
  said = spoken;
};

// At its absolute limit, a session cannot be extended. The user closes the dialog to save what is typed.
const setAtLimit = (isAtLimit) => {
  part("stay").hidden = isAtLimit;
  part("close").hidden = !isAtLimit;
  part("limit").textContent = isAtLimit ? "Your session reaches its maximum length." : "";
  if (isAtLimit) part("close").focus();
};

// The session ends at `at`, in milliseconds of this browser's clock.
const endsAt = (at) => {
  end = at;
  if (end - Date.now() > warning) return stop();
  if (ticking) return count();
  said = null;
  setAtLimit(false);
  ticking = setInterval(count, 1000);
  dialog.showModal();
  count();
};

const setTimeLeft = (left) => {
  const at = Date.now() + left;
  channel.postMessage({ kind: "ends", at });
  endsAt(at);
};

const check = async () => {
  const left = await askServer(false);
  if (left !== null) setTimeLeft(left);
};

const stay = async () => {
  const left = await askServer(true);
  if (left === null) return;
  setTimeLeft(left);
  setAtLimit(left <= warning);
};

part("stay").addEventListener("click", stay);
part("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("cancel", (event) => {
  if (part("stay").hidden) return;
  event.preventDefault();
  stay();
});
// Timers of background tabs and of sleeping machines are late, so the clock is read often.
setInterval(() => {
  if (!ticking && end - Date.now() <= warning) check();
}, 5000);
channel.postMessage({ kind: "ends", at: end });
