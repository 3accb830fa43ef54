// Klaro's configuration
var klaroConfig = {
    version: 1,
    elementID: 'klaro',
    storageMethod: 'cookie',
    cookieExpiresAfterDays: 365,
    cookieDomain: '.field-notes.example',
    default: false,
    mustConsent: true,
    privacyPolicy: { default: 'https://field-notes.example/privacy', de: 'https://field-notes.example/datenschutz' },
    lang: 'en',
    translations: {
        zz: { privacyPolicyUrl: '/privacy' },
        en: {
            consentModal: { description: 'See here what we collect.' },
            purposes: { analytics: { title: 'Statistics', description: 'Counting visits' }, security: 'Security' },
            matomo: { description: 'Counts visits on our own server.' },
        },
        de: {
            purposes: { analytics: 'Besuchsmessung' },
            matomo: { description: 'Zählt Besuche auf dem eigenen Server.' },
        },
    },
    services: [
        {
            name: 'matomo',
            title: 'Matomo',
            purposes: ['analytics', 'styling'],
            cookies: [
                [/^_pk_.*$/, '/', 'field-notes.example'],
                'piwik_ignore',
                /^_pk_id\.[0-9]+$/,
            ],
            callback: function (consent, service) { if (consent) { _paq.push(['x}']) } },
            required: false,
            optOut: true,
            onlyOnce: true,
        },
        { name: 'captcha', purposes: ['security'], required: true, cookies: [{ pattern: 'cap', domain: 'field-notes.example' }] },
        { name: 'external-map', purposes: ['livechat'], contextualConsentOnly: true },
    ],
};
