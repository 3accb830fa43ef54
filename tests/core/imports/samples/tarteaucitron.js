tarteaucitron.init({
    "privacyUrl": "https://ville.example/confidentialite", /* Privacy policy url */
    "orientation": "bottom", // top - bottom - middle - popup
    "highPrivacy": false,
    "googleConsentMode": true,
    "cookieDomain": ".ville.example",
});
tarteaucitron.user.gtagUa = 'G-4T7K2P9QWE';
tarteaucitron.user.gtagMore = function () { /* add here your optional gtag() */ };
(tarteaucitron.job = tarteaucitron.job || []).push('gtag');
(tarteaucitron.job = tarteaucitron.job || []).push('youtube');
(tarteaucitron.job = tarteaucitron.job || []).push('ourownthing');
(tarteaucitron.job = tarteaucitron.job || []).push(which);
