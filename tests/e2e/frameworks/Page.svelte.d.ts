import type { Component } from "svelte";
import type { Place } from "./place";

declare const Page: Component<Place>;
export default Page;
