// `data-submit="once"` on a form or on its button: a second press does nothing until the answer is there.
const isOnce = ({ target, submitter }) => (submitter?.dataset.submit ?? target.dataset.submit) === "once";

addEventListener("submit", (event) => {
  if (event.defaultPrevented || !isOnce(event)) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "true";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});
