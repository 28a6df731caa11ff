import { Skeleton, VisuallyHidden } from "@mantine/core";
import classes from "./KeyForm.module.css";

export function FormSkeleton() {
  return (
    <div className={classes["form"]}>
      <VisuallyHidden role="status">Loading the form</VisuallyHidden>
      <Skeleton h={158} radius="lg" />
      <Skeleton h={260} radius="lg" />
      <Skeleton h={166} radius="lg" />
      <Skeleton h={70} radius="lg" />
    </div>
  );
}
