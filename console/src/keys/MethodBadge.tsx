import classes from "./MethodBadge.module.css";

export function MethodBadge({ method }: { method: string }) {
  return (
    <span className={classes["method"]} data-reads={method === "GET" || undefined}>
      {method}
    </span>
  );
}
