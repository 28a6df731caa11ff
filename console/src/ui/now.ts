import { useSyncExternalStore } from "react";

// One clock for every relative time on the page, so that they change together and a list renders twice a minute at most.
const step = 30_000;
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    current = Date.now();
    for (const each of listeners) each();
  }, step);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present moment, to the half minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // With no clock running the last value may be old.
    if (timer === undefined && Date.now() - current > step) current = Date.now();
    return current;
  });
}
