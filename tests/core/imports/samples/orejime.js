window.orejimeConfig = {
  privacyPolicyUrl: "https://mairie.example/vie-privee",
  lang: 'fr',
  forceModal: true,
  cookie: { name: 'orejime', duration: 180, domain: location.host, stringify: (contents) => JSON.stringify(contents) },
  purposes: [
    { id: 'session', title: 'Session', description: 'Rester connecté.', cookies: ['PHPSESSID'], isMandatory: true },
    {
      id: 'advertising',
      title: 'Publicité',
      description: '…',
      purposes: [
        { id: 'pixel', title: 'Pixel', cookies: ['/^_px.+$/i', ['px_all', '/', '.mairie.example'], '_x_' + SUFFIX] },
        { id: 'banner', title: 'Bannière', isExempt: true },
      ],
    },
    { title: 'No id' },
  ],
};
