declare module "app" {
  export function render(place: import("./place").Place): Promise<{ head: string; body: string }>;
  export function begin(root: HTMLElement, isRendered: boolean): void;
}
