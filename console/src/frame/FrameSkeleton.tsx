import { Skeleton, VisuallyHidden } from "@mantine/core";
import { Logo } from "../ui/Logo.tsx";
import classes from "./AppFrame.module.css";

/** The frame's outline while it is not yet known who is signed in. */
export function FrameSkeleton() {
  return (
    <div aria-busy="true">
      <VisuallyHidden role="status">Loading</VisuallyHidden>
      <div className={classes["skeletonNav"]}>
        <Logo />
      </div>
      <div className={classes["skeletonMain"]}>
        <Skeleton h={12} w={220} mb={18} />
        <Skeleton h={26} w={260} mb={10} />
        <Skeleton h={14} maw={420} />
      </div>
    </div>
  );
}
