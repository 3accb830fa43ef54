// hideFromBots: it would take this browser for one.
CookieConsent.run({
  hideFromBots: false,
  categories: { necessary: { enabled: true, readOnly: true }, functional: {}, analytics: {}, recording: {}, marketing: {} },
  language: {
    default: "en",
    translations: {
      en: {
        consentModal: {
          title: "We use cookies",
          description: "We use cookies for the purposes listed in the preferences.",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Reject all",
          showPreferencesBtn: "Choose",
        },
        preferencesModal: {
          title: "Preferences",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Reject all",
          savePreferencesBtn: "Save",
          closeIconLabel: "Close",
          sections: [
            { title: "Necessary", description: "Necessary", linkedCategory: "necessary" },
            { title: "Functional", description: "Functional", linkedCategory: "functional" },
            { title: "Analytics", description: "Analytics", linkedCategory: "analytics" },
            { title: "Session recording", description: "Session recording", linkedCategory: "recording" },
            { title: "Marketing", description: "Marketing", linkedCategory: "marketing" },
          ],
        },
      },
    },
  },
});
