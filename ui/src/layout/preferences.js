{
  const { zoneCookie, languageCookie } = document.currentScript.dataset;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const store = (name, value) => {
    document.cookie = `${name}=${value}; Path=/; Max-Age=34560000; SameSite=Lax${secure}`;
  };
  store(zoneCookie, Intl.DateTimeFormat().resolvedOptions().timeZone);
  store(languageCookie, navigator.language);
}
