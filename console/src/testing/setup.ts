import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";

afterEach(cleanup);

// What Mantine asks of a browser and jsdom doesn't have.
Object.defineProperty(window, "matchMedia", {
  value: (query: string) => ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    dispatchEvent: vi.fn(),
  }),
});
Object.defineProperty(document, "fonts", { value: new EventTarget() });
window.ResizeObserver = class {
  observe(): void {
    // Nothing is laid out.
  }
  unobserve(): void {
    // Nothing is laid out.
  }
  disconnect(): void {
    // Nothing is laid out.
  }
};
Element.prototype.scrollIntoView = () => undefined;
