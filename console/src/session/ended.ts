import { useSyncExternalStore } from "react";
import { setSessionEndHandler } from "../api/client.ts";

// Whether a request was answered 401 in the middle of the work. The page stays as it is, with a sign-in over it, so
// that neither a half-filled form nor a key that is shown only once is lost.
let ended = false;
const listeners = new Set<() => void>();

function set(value: boolean): void {
  if (ended === value) return;
  ended = value;
  for (const listener of listeners) listener();
}

setSessionEndHandler(() => set(true));

export function sessionResumed(): void {
  set(false);
}

export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
}
