/** Standing between the page and what is the browser's. */

// biome-ignore lint/suspicious/noExplicitAny: any method of any object
type Any = any;

/**
 * Puts `around` in the place of a method or a property's setter, where the object itself has one. It gets the native one
 * (already bound), the arguments as the page gave them, and the object.
 */
export function patch(
  owner: object,
  name: string,
  around: (native: (...args: Any[]) => Any, args: Any[], self: Any) => unknown,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (!descriptor) return;
  const kind = descriptor.set ? "set" : "value";
  const native = descriptor[kind]!;
  Object.defineProperty(owner, name, {
    [kind](this: Any, ...args: Any[]) {
      return around((...changed) => native.apply(this, changed), args, this);
    },
  });
}
