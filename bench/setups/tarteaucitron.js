tarteaucitron.init({
  privacyUrl: "/privacy",
  bodyPosition: "bottom",
  hashtag: "#tarteaucitron",
  cookieName: "tarteaucitron",
  orientation: "bottom",
  groupServices: false,
  showDetailsOnClick: true,
  serviceDefaultState: "wait",
  showAlertSmall: false,
  showTitleBanner: false,
  cookieslist: false,
  cookieslistEmbed: false,
  showIcon: true,
  iconPosition: "BottomRight",
  adblocker: false,
  DenyAllCta: true,
  AcceptAllCta: true,
  highPrivacy: true,
  alwaysNeedConsent: false,
  handleBrowserDNTRequest: false,
  removeCredit: false,
  moreInfoLink: true,
  useExternalCss: false,
  useExternalJs: false,
  readmoreLink: "",
  mandatory: true,
  mandatoryCta: true,
  googleConsentMode: true,
  bingConsentMode: true,
  pianoConsentMode: true,
  pianoConsentModeEssential: false,
  softConsentMode: false,
  dataLayer: false,
  serverSide: false,
  partnersList: false,
});
// Services of one's own, one for each category. They can only be told once its file of services has come.
window.addEventListener("tac.root_available", () => {
  const services = { functional: "other", analytics: "analytic", recording: "api", marketing: "ads" };
  for (const [key, type] of Object.entries(services)) {
    const service = { key, type, name: key, needConsent: true, cookies: [], js() {}, fallback() {} };
    tarteaucitron.services[key] = service;
    (tarteaucitron.job = tarteaucitron.job || []).push(key);
  }
});
