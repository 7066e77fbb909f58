{
  const { id } = document.currentScript.dataset;
  addEventListener("pageshow", async ({ persisted }) => {
    if (!persisted) return;
    document.documentElement.hidden = true;
    const answer = await fetch(`/session/${id}`, { headers: { "x-background": "1" } }).catch(() => null);
    if (answer?.ok) document.documentElement.hidden = false;
    else location.reload();
  });
}
