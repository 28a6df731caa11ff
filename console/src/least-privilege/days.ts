import { useSearchParams } from "react-router";

export const dayChoices = [
  { value: "7", label: "7 d", words: "the last 7 days" },
  { value: "30", label: "30 d", words: "the last 30 days" },
  { value: "90", label: "90 d", words: "the last 90 days" },
  { value: "365", label: "1 y", words: "the last year" },
] as const;

/** Over how many days a key is judged, as the address says it; 30 when it does not. */
export function useDays(): [number, (days: string) => void] {
  const [params, setParams] = useSearchParams();
  const days = dayChoices.find(({ value }) => value === params.get("days"))?.value ?? "30";
  const set = (to: string) =>
    setParams((old) => {
      const now = new URLSearchParams(old);
      if (to === "30") now.delete("days");
      else now.set("days", to);
      return now;
    });
  return [Number(days), set];
}
