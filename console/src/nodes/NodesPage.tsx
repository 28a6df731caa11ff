import { Skeleton, VisuallyHidden } from "@mantine/core";
import { isStatus } from "../api/problem.ts";
import { useNodes } from "../api/nodes.ts";
import type { Node } from "../api/types.ts";
import { systemTrail } from "../places.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Notice } from "../ui/Notice.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { StateDot } from "../ui/StateDot.tsx";
import { listed } from "../ui/words.ts";
import { NodeTable } from "./NodeTable.tsx";
import { summary, versions, whenCutOff } from "./words.ts";
import classes from "./NodesPage.module.css";

/** Who serves, and whether every one of them knows what was decided here. */
export function NodesPage() {
  const nodes = useNodes();

  const content = () => {
    if (isStatus(nodes.error, 403)) return <Notice tone="info">Only owners and admins can see which servers there are.</Notice>;
    if (nodes.isError && !nodes.data) return <ErrorPanel error={nodes.error} onRetry={() => void nodes.refetch()} />;
    if (!nodes.data) {
      return (
        <>
          <VisuallyHidden role="status">Loading the nodes</VisuallyHidden>
          <Skeleton h={180} radius="lg" />
        </>
      );
    }
    return <Nodes nodes={nodes.data.data} maxStaleness={nodes.data.max_staleness_seconds} outOfDate={nodes.isError} />;
  };

  return (
    <>
      <PageHeader
        title="Nodes"
        purpose="The servers that decide on requests, and whether each has every change."
        crumbs={systemTrail}
      />
      {content()}
    </>
  );
}

function Nodes({ nodes, maxStaleness, outOfDate }: { nodes: Node[]; maxStaleness: number | null; outOfDate: boolean }) {
  const { tone, words } = summary(nodes);
  const cutOff = whenCutOff(nodes, maxStaleness);
  const several = versions(nodes);
  return (
    <>
      <p className={classes["summary"]} role="status">
        <StateDot tone={tone}>{words}</StateDot>
      </p>
      {outOfDate && (
        <div className={classes["notice"]}>
          <Notice tone="warn">The server does not answer at the moment; this is how it was when it last did.</Notice>
        </div>
      )}
      {several.length > 0 && (
        <div className={classes["notice"]}>
          <Notice tone="info">Versions {listed(several)} serve side by side. That is fine while you upgrade; don&rsquo;t leave it so.</Notice>
        </div>
      )}
      <NodeTable nodes={nodes} />
      {cutOff !== null && <p className={classes["note"]}>{cutOff}</p>}
    </>
  );
}
