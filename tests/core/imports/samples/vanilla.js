import 'https://cdn.example/cookieconsent.umd.js';
import * as CookieConsent from "vanilla-cookieconsent";

const CAT = 'analytics';   // a name that nothing here evaluates

/**
 * All options: the docs.
 */
CookieConsent.run({
  root: document.body,
  revision: 2,
  disablePageInteraction: false,
  cookie: { name: 'cc_cookie', domain: '.harbour-books.example', expiresAfterDays: 182 },
  guiOptions: {
    consentModal: { layout: 'cloud inline', position: 'bottom center', equalWeightButtons: true },
  },
  categories: {
    necessary: { enabled: true, readOnly: true },
    analytics: {
      autoClear: {
        cookies: [
          { name: /^_ga/ },          // whatever begins with _ga
          { name: '_gid' },
          { name: /(foo|bar)_\d+/ },
        ],
        reloadPage: true,
      },
      services: {
        ga: {
          label: 'Google Analytics <em>4</em>',
          onAccept: () => { loadScript(`https://www.google.example/${id}`) },
          onReject() { /* { nothing */ },
          cookies: [{ name: /^_ga_.*$/, domain: location.hostname }, { name: '_gid' }],
        },
        hits: { label: "Hit counter", cookies: [{ name: 'hits' }] },
      },
    },
    ads: {},
  },
  language: {
    default: 'en',
    autoDetect: 'browser',
    translations: {
      de: './de.json',
      en: {
        consentModal: {
          title: 'We\u2019d like cookies',
          footer: '<a href="/imprint">Imprint</a> <a href="https://harbour-books.example/privacy-policy?a=1&amp;b=2">Privacy</a>',
        },
        preferencesModal: {
          sections: [
            { title: 'Hello' },
            { title: 'Strictly necessary', description: 'The site needs <strong>these</strong>.', linkedCategory: 'necessary' },
            {
              title: 'Statistics', description: "How the shop is used" + ', page by page.', linkedCategory: 'analytics',
              cookieTable: {
                caption: 'Cookies',
                headers: { name: 'Cookie', domain: 'Domain', exp: 'Expiration' },
                body: [
                  { name: '_gid', domain: 'harbour-books.example', exp: '1 day' },
                  { name: 'hits', domain: 'harbour-books.example', exp: 'until you clear it' },
                ],
              },
            },
          ],
        },
      },
    },
  },
  onConsent: function ({ cookie }) { console.log('consent', cookie); },
  ...more,
});
