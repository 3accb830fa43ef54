/**
 * Names that only our two parts know: shortened by the build, the same in both. None may be a key of a document, a name
 * of the browser's or of the page's: widget/tests/build.test.ts holds them against both.
 */
export const OWN_NAMES =
  /^(inspect|obey|shownAt|occasionOf|wearScheme|dress|deliver|arrive|release|draw|actionButton|allowOnce|honoursGpc|reloadKey|state|begin|tidy|tellGpc|session|draft|wishFor|clean|install|parked|behind|noticed|tell|tend|ask|scope|wish|heldFrames|takeBack|inForce|reasons|bring|here|isStrict|layers|fits|rank|looksOf|layOut|use|keepEqual|unequal|asListed|attend|keptChoice|makeChoice|lookAround|offerReopen|openPreferences)$/;
