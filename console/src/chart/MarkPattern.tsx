import type { Mark } from "./layout.ts";

const colors: Record<Mark, string> = { allowed: "var(--lk-chart-blue)", refused: "var(--lk-chart-orange)", plain: "var(--lk-chart-blue)" };

/** The texture of a mark: refused is hatched, so that it is told from allowed without seeing a color. */
export function MarkPattern({ id, mark }: { id: string; mark: Mark }) {
  if (mark !== "refused") return null;
  return (
    <defs>
      <pattern id={`${id}-hatch`} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={5} height={5} fill={colors.refused} />
        <rect width={1.5} height={5} fill="var(--lk-surface)" />
      </pattern>
    </defs>
  );
}

/** What to fill with, where a MarkPattern of this id stands in the same drawing. */
export function fillOf(id: string, mark: Mark): string {
  return mark === "refused" ? `url(#${id}-hatch)` : colors[mark];
}
