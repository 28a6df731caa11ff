import type { Node } from "../api/types.ts";
import { StateDot } from "../ui/StateDot.tsx";
import { Time } from "../ui/Time.tsx";
import { grouped } from "../ui/words.ts";
import { following, limitWords, nodeState } from "./words.ts";
import classes from "./NodeTable.module.css";

/** A row for each node; on a narrow screen the rows are cards, whose cells name themselves. */
export function NodeTable({ nodes }: { nodes: Node[] }) {
  return (
    <div className={classes["frame"]}>
      <table className={classes["table"]} aria-label="Nodes">
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">State</th>
            <th scope="col">Follows</th>
            <th scope="col" data-number>
              Keys
            </th>
            <th scope="col" data-number>
              Checks/s
            </th>
            <th scope="col">Limits</th>
            <th scope="col">Heard of</th>
            <th scope="col">Started</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <Row key={node.id} node={node} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ node }: { node: Node }) {
  const { tone, words } = nodeState(node);
  return (
    <tr data-gone={node.state === "gone" || undefined}>
      <th scope="row">
        <span className={classes["name"]}>{node.name}</span>
        <span className={classes["quiet"]}>
          {node.version}
          {node.self && ", answers you"}
        </span>
      </th>
      <td data-label="State">
        <StateDot tone={tone}>{words}</StateDot>
      </td>
      <td data-label="Follows">
        <div>
          {following(node)}
          <span className={classes["quiet"]}>change {grouped(node.position)}</span>
        </div>
      </td>
      <td data-label="Keys" data-number>
        {grouped(node.keys)}
      </td>
      <td data-label="Checks/s" data-number>
        {grouped(node.checks_per_second)}
      </td>
      <td data-label="Limits" data-warn={node.limits === "fallback" || undefined}>
        {limitWords[node.limits]}
      </td>
      <td data-label="Heard of">
        <Time at={node.seen_at} />
      </td>
      <td data-label="Started">
        <Time at={node.started_at} />
      </td>
    </tr>
  );
}
