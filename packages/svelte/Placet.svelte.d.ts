import type { Component } from "svelte";
import type { TagProps } from "../core/tag.js";

/** Puts the tag in. Once, in the root layout. */
declare const Placet: Component<TagProps>;
export default Placet;
