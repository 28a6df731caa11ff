import { Skeleton, VisuallyHidden } from "@mantine/core";
import classes from "./ListSkeleton.module.css";

const widths = [140, 180, 120, 160, 200, 150];

export function ListSkeleton({ cards }: { cards: boolean | undefined }) {
  return (
    <div>
      <VisuallyHidden role="status">Loading the keys</VisuallyHidden>
      {!cards && <div className={classes["head"]} />}
      {widths.map((width, i) => (
        <div key={i} className={classes[cards ? "card" : "row"]}>
          <div className={classes["cell"]}>
            <Skeleton h={12} w={width} />
            <Skeleton h={9} w={width * 0.8} />
          </div>
          <Skeleton h={11} w={130} />
          {!cards && <Skeleton h={20} w={92} />}
          {!cards && <Skeleton h={11} w={80} />}
          {!cards && <Skeleton h={11} w={80} />}
        </div>
      ))}
    </div>
  );
}
