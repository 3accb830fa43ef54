window.orejimeConfig = {
  privacyPolicyUrl: "/privacy",
  purposes: [
    { id: "necessary", title: "Necessary", description: "Necessary", cookies: [], isMandatory: true },
    { id: "functional", title: "Functional", description: "Functional", cookies: [] },
    { id: "analytics", title: "Analytics", description: "Analytics", cookies: [] },
    { id: "recording", title: "Session recording", description: "Session recording", cookies: [] },
    { id: "marketing", title: "Marketing", description: "Marketing", cookies: [] },
  ],
};
