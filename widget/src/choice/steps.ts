/** The `stop` step of a tracker that nothing else stops: the page is loaded again. */
export const RELOAD = "reload";
