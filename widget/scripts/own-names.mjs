/**
 * Names that only our two parts know: shortened by the build, the same in both. None may be a key of a document, a name
 * of the browser's or of the page's: widget/tests/build.test.ts holds them against both.
 */
export const OWN_NAMES =
  /^(allows|withdraw|concerns|inspect|obey|shownAt|receiptId|occasionOf|wearScheme|dress|deliver|arrive|release|draw|minor|today|actionButton|webLink|grants|fail)$/;
