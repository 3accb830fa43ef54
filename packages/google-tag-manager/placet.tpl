___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Placet: consent",
  "categories": [
    "TAG_MANAGEMENT"
  ],
  "brand": {
    "id": "brand_placet",
    "displayName": "Placet"
  },
  "description": "Brings Placet's consent banner and tells Google's tags what the visitor has chosen. Fire it on Consent Initialization.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "address",
    "displayName": "Address of your site's loader",
    "simpleValueType": true,
    "defaultValue": "",
    "help": "https://consent.example/s/s_….js: the desk shows it. Allow this address under Permissions, Injects scripts.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      },
      {
        "type": "REGEX",
        "args": [
          "^https://[^/]+/(?:[\\w./-]*/)?s/s_[\\w-]+\\.js$"
        ],
        "errorMessage": "An address such as https://consent.example/s/s_….js"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "analytics",
    "displayName": "Category or tracker for analytics_storage",
    "simpleValueType": true,
    "defaultValue": "analytics",
    "help": "An id of your Placet config.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "marketing",
    "displayName": "Category or tracker for ad_storage, ad_user_data and ad_personalization",
    "simpleValueType": true,
    "defaultValue": "marketing",
    "help": "An id of your Placet config.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "functional",
    "displayName": "Category or tracker for functionality_storage and personalization_storage",
    "simpleValueType": true,
    "defaultValue": "functional",
    "help": "An id of your Placet config.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ]
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "places",
    "displayName": "Places where another default holds",
    "help": "Everywhere else all is denied before a choice. Use the places for which Placet's regime needs no yes.",
    "simpleTableColumns": [
      {
        "name": "region",
        "displayName": "ISO 3166-2 codes, with commas between",
        "type": "TEXT",
        "defaultValue": "",
        "valueValidators": [
          {
            "type": "REGEX",
            "args": [
              "^[A-Z]{2}(-[A-Z0-9]{1,3})?(\\s*,\\s*[A-Z]{2}(-[A-Z0-9]{1,3})?)*$"
            ]
          }
        ]
      },
      {
        "name": "state",
        "displayName": "Before a choice",
        "type": "SELECT",
        "defaultValue": "granted",
        "macrosInSelect": false,
        "selectItems": [
          {
            "value": "granted",
            "displayValue": "granted"
          },
          {
            "value": "denied",
            "displayValue": "denied"
          }
        ]
      }
    ]
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

// Placet for Google Tag Manager: says what holds before a choice, brings the widget, and tells of every choice.
const callInWindow = require('callInWindow');
const injectScript = require('injectScript');
const setDefaultConsentState = require('setDefaultConsentState');
const updateConsentState = require('updateConsentState');

/** Google's consent types by the id of the category or tracker that decides on them. */
const TYPES = {
  ad_storage: data.marketing,
  ad_user_data: data.marketing,
  ad_personalization: data.marketing,
  analytics_storage: data.analytics,
  functionality_storage: data.functional,
  personalization_storage: data.functional
};

const before = {security_storage: 'granted', wait_for_update: 500};
for (const type in TYPES) before[type] = 'denied';
// Rows say where the law lets them run until a no. A place that is more specific wins: Google sees to that.
setDefaultConsentState(before);
(data.places || []).forEach((row) => {
  const there = {security_storage: 'granted', wait_for_update: 500, region: row.region.split(',').map((code) => code.trim())};
  for (const type in TYPES) there[type] = row.state;
  setDefaultConsentState(there);
});

const tell = () => {
  const state = {security_storage: 'granted'};
  for (const type in TYPES) {
    state[type] = callInWindow('placet.allows', TYPES[type]) ? 'granted' : 'denied';
  }
  updateConsentState(state);
};

injectScript(
  data.address,
  () => {
    // Called once with what holds now, and after every change.
    callInWindow('placet.onChange', tell);
    data.gtmOnSuccess();
  },
  data.gtmOnFailure,
  'placet'
);


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "access_consent",
        "versionId": "1"
      },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_user_data"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_personalization"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "analytics_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "functionality_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "personalization_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "security_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_globals",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "placet.allows"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "placet.onChange"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "inject_script",
        "versionId": "1"
      },
      "param": [
        {
          "key": "urls",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://consent.example/s/*"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___NOTES___

Fire this tag on Consent Initialization - All Pages. docs/embed/google-tag-manager.md
