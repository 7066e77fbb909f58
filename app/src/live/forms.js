// `data-submit="once"` on a form: a second press does nothing until the answer is there.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.submit !== "once" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "true";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});
