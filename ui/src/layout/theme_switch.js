{
  addEventListener("submit", async (event) => {
    const { submitter } = event;
    if (!submitter?.closest(".theme-switch")) return;
    event.preventDefault();
    const theme = submitter.value;
    const body = new URLSearchParams({ theme });
    const answer = await fetch("/theme", { method: "POST", body }).catch(() => null);
    if (!answer?.ok) return;
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset.theme;
    else dataset.theme = theme;
    document.querySelector("meta[name=color-scheme]").content = theme === "system" ? "light dark" : theme;
    for (const button of document.querySelectorAll(".theme-switch button")) {
      button.setAttribute("aria-pressed", button.value === theme);
    }
  });
}
