"use client";
/** The browser's side of `Allowed`. */

import { Children, createElement, type ReactElement, type ReactNode } from "react";
import { Allowed, type AllowedProps } from "../react/index.js";

/** As `Allowed`; its only child is a `noscript`, in the place of which stands what is in it. */
export function AllowedFromServer({ children, ...props }: AllowedProps): ReactNode {
  return createElement(Allowed, props, createElement(Inner, null, children));
}

function Inner({ children }: { children?: ReactNode }): ReactNode {
  // It may still be on its way: `toArray` waits for it.
  const [wrapping] = Children.toArray(children) as ReactElement<{ children?: ReactNode }>[];
  return wrapping.props.children;
}
