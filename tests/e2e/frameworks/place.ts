/** Where a page is: what the server that serves it knows. */
export interface Place {
  site: string;
  api: string;
  /** Origin of the tracker. */
  tracker: string;
}

export const placeOf = (root: HTMLElement): Place => JSON.parse(root.dataset.place!);
