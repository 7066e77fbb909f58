{
  let sent = Promise.resolve();
  addEventListener("submit", (event) => {
    const { submitter } = event;
    if (!submitter?.closest(".theme-switch")) return;
    event.preventDefault();
    const theme = submitter.value;
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset.theme;
    else dataset.theme = theme;
    document.querySelector("meta[name=color-scheme]").content = theme === "system" ? "light dark" : theme;
    for (const button of document.querySelectorAll(".theme-switch button")) {
      button.setAttribute("aria-pressed", button.value === theme);
    }
    // One after the other, so that the last one counts. If it fails, the theme is that of this page only.
    const body = new URLSearchParams({ theme });
    sent = sent.then(() => fetch("/theme", { method: "POST", body })).catch(() => null);
  });
}
