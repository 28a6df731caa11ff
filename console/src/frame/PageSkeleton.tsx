import { Skeleton, VisuallyHidden } from "@mantine/core";

/** The outline of a page while its code is on its way. */
export function PageSkeleton() {
  return (
    <div aria-busy="true">
      <VisuallyHidden role="status">Loading</VisuallyHidden>
      <Skeleton h={26} w={180} mb={10} />
      <Skeleton h={14} maw={420} mb={24} />
      <Skeleton h={240} radius="lg" />
    </div>
  );
}
