{
  const { cookie } = document.currentScript.dataset;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${cookie}=${zone}; Path=/; Max-Age=34560000; SameSite=Lax${secure}`;
}
