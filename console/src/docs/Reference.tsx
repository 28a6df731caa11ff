import { Anchor, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Unreachable } from "../api/problem.ts";
import { MethodBadge } from "../keys/MethodBadge.tsx";
import { places } from "../places.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Logo } from "../ui/Logo.tsx";
import { OperationView } from "./OperationView.tsx";
import { operationsByTag, parseDocument, type Document } from "./openapi.ts";
import { Prose } from "./Prose.tsx";
import { SchemaView } from "./SchemaView.tsx";
import classes from "./Reference.module.css";

async function load(signal: AbortSignal): Promise<Document> {
  const response = await fetch("/openapi.yaml", { signal }).catch(() => null);
  if (!response?.ok) throw new Unreachable();
  return parseDocument(await response.text());
}

/** The API reference, drawn from the document that the server itself serves. */
export function Reference() {
  const document = useQuery({ queryKey: ["openapi"], queryFn: ({ signal }) => load(signal), staleTime: Infinity });
  if (document.isError) {
    return (
      <main>
        <ErrorPanel error={document.error} onRetry={() => void document.refetch()} />
      </main>
    );
  }
  if (!document.data) {
    return (
      <main className={classes["main"]} aria-busy="true">
        <Skeleton h={28} w={280} mb="md" />
        <Skeleton h={14} maw={520} mb="sm" />
        <Skeleton h={14} maw={440} />
      </main>
    );
  }
  return <Loaded document={document.data} />;
}

const anchorOf = (tag: string) => tag.toLowerCase().replaceAll(" ", "-");

function Loaded({ document }: { document: Document }) {
  const tags = operationsByTag(document);
  const problem = document.components.schemas?.["Problem"];
  return (
    <div className={classes["page"]}>
      <header className={classes["side"]}>
        <a href={places.apiKeys} className={classes["home"]} aria-label="Latchkey console">
          <Logo />
        </a>
        <nav aria-label="Operations" className={classes["nav"]}>
          {tags.map((tag) => (
            <div key={tag.name} className={classes["tag"]}>
              <a href={`#${anchorOf(tag.name)}`} className={classes["tagLink"]}>
                {tag.name}
              </a>
              <ul className={classes["list"]}>
                {tag.operations.map((operation) => (
                  <li key={operation.operationId}>
                    <a href={`#${operation.operationId}`} className={classes["link"]}>
                      <span>{operation.summary}</span>
                      <MethodBadge method={operation.method} />
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          ))}
          <a href="#errors" className={classes["tagLink"]}>
            Errors
          </a>
        </nav>
      </header>
      <main className={classes["main"]}>
        <Title order={1}>{document.info.title}</Title>
        <Text c="dimmed" mt={4}>
          {document.info.summary} Version {document.info.version} ·{" "}
          <Anchor href="/openapi.yaml" underline="always">
            OpenAPI document
          </Anchor>
        </Text>
        <div className={classes["intro"]}>
          <Prose text={document.info.description ?? ""} />
        </div>
        {tags.map((tag) => (
          <section key={tag.name} id={anchorOf(tag.name)} className={classes["group"]} aria-labelledby={`${anchorOf(tag.name)}-title`}>
            <Title order={2} id={`${anchorOf(tag.name)}-title`} className={classes["groupTitle"]}>
              {tag.name}
            </Title>
            <Text c="dimmed" mb="md">
              {tag.description}
            </Text>
            {tag.operations.map((operation) => (
              <OperationView key={operation.operationId} document={document} operation={operation} />
            ))}
          </section>
        ))}
        {problem && (
          <section id="errors" className={classes["group"]} aria-labelledby="errors-title">
            <Title order={2} id="errors-title" className={classes["groupTitle"]}>
              Errors
            </Title>
            <Text c="dimmed" mb="md">
              What every refusal looks like, as <code>application/problem+json</code>.
            </Text>
            <SchemaView document={document} schema={problem} />
          </section>
        )}
      </main>
    </div>
  );
}
