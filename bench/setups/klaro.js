// Its documentation wants services; here each stands for one category.
var klaroConfig = {
  version: 1,
  acceptAll: true,
  lang: "en",
  groupByPurpose: false,
  translations: { zz: { privacyPolicyUrl: "/privacy" } },
  services: [
    { name: "necessary", title: "Necessary", description: "Necessary", purposes: [], required: true },
    { name: "functional", title: "Functional", description: "Functional", purposes: [] },
    { name: "analytics", title: "Analytics", description: "Analytics", purposes: [] },
    { name: "recording", title: "Session recording", description: "Session recording", purposes: [] },
    { name: "marketing", title: "Marketing", description: "Marketing", purposes: [] },
  ],
};
