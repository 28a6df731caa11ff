import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

// Single keys act without a modifier, which gets in the way of speech input: they can be switched off (WCAG 2.1.4).
const storageKey = "latchkey-shortcuts";
const listeners = new Set<() => void>();
let enabled = readEnabled();

function readEnabled(): boolean {
  try {
    return localStorage.getItem(storageKey) !== "off";
  } catch {
    return true;
  }
}

export function setShortcutsEnabled(value: boolean): void {
  enabled = value;
  try {
    localStorage.setItem(storageKey, value ? "on" : "off");
  } catch {
    // Storage is blocked: it holds for this page only.
  }
  for (const listener of listeners) listener();
}

export function useShortcutsEnabled(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => enabled,
  );
}

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

function somethingIsOpen(): boolean {
  return [...document.querySelectorAll("[role=dialog],[role=menu]")].some((each) => each.checkVisibility());
}

/** Runs when the key is pressed outside text fields and while no dialog or menu is open. */
export function useShortcut(key: string, action: () => void, active = true): void {
  const run = useEffectEvent((event: KeyboardEvent) => {
    if (!enabled || event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (takesText(event.target) || somethingIsOpen()) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    if (!active) return;
    document.addEventListener("keydown", run);
    return () => document.removeEventListener("keydown", run);
  }, [active]);
}
