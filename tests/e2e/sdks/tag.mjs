// What the tag of a bundle says: where it sends, by default to where it comes from, and what else it is to do.
const { src, dataset } = document.currentScript;

export const host = dataset.host ?? new URL(src).origin;
export const options = JSON.parse(dataset.options ?? "{}");
