import { Title } from "@mantine/core";
import { MethodBadge } from "../keys/MethodBadge.tsx";
import { CodeBlock } from "../ui/CodeBlock.tsx";
import { Disclosure } from "../ui/Disclosure.tsx";
import { useState } from "react";
import { curlOf } from "./curl.ts";
import { exampleOf, limitsOf, typeWords } from "./describe.ts";
import { flatten, resolve, type Content, type Document, type Operation, type Parameter, type ResponseObject, type Schema } from "./openapi.ts";
import { Inline, Prose } from "./Prose.tsx";
import { SchemaView } from "./SchemaView.tsx";
import classes from "./OperationView.module.css";

const credentials: Record<string, string> = {
  operator_key: "operator key",
  session: "session cookie",
  api_key: "an API key in X-API-KEY",
};

export function OperationView({ document, operation }: { document: Document; operation: Operation }) {
  const { operationId, summary, description, method, path } = operation;
  const parameters = (operation.parameters ?? []).map((each) => resolve(document, each));
  const body = bodySchema(operation.requestBody);
  const responses = Object.entries(operation.responses).map(([status, each]) => [status, resolve(document, each)] as const);
  const good = responses.filter(([status]) => status.startsWith("2"));
  const bad = responses.filter(([status]) => !status.startsWith("2"));
  const answer = good.map(([, each]) => bodySchema(each)).find((schema) => schema !== null);

  return (
    <section className={classes["operation"]} id={operationId} aria-labelledby={`${operationId}-title`}>
      <div className={classes["words"]}>
        <Title order={3} id={`${operationId}-title`} className={classes["title"]}>
          {summary}
        </Title>
        <p className={classes["path"]}>
          <MethodBadge method={method} /> <code>{path}</code>
        </p>
        {description !== undefined && <Prose text={description} />}
        <p className={classes["auth"]}>{authWords(document, operation)}</p>
        {["path", "query", "header"].map((place) => (
          <Parameters key={place} document={document} place={place} parameters={parameters.filter((each) => each.in === place)} />
        ))}
        {body && (
          <>
            <Title order={4} className={classes["subtitle"]}>
              Body
            </Title>
            <SchemaView document={document} schema={body} />
          </>
        )}
        <Title order={4} className={classes["subtitle"]}>
          Answers
        </Title>
        {good.map(([status, each]) => (
          <GoodAnswer key={status} document={document} status={status} response={each} />
        ))}
        {bad.length > 0 && (
          <p className={classes["errors"]}>
            Problems: {bad.map(([status]) => status).join(", ")}. See <a href="#errors">Errors</a>.
          </p>
        )}
      </div>
      <div className={classes["examples"]}>
        <CodeBlock what={`a request to ${operationId}`} code={curlOf(document, operation)} />
        {answer && (
          <CodeBlock what={`an answer of ${operationId}`} code={JSON.stringify(exampleOf(document, answer), null, 2)} />
        )}
      </div>
    </section>
  );
}

function bodySchema(content: Content | undefined): Schema | null {
  return Object.values(content?.content ?? {})[0]?.schema ?? null;
}

function authWords(document: Document, operation: Operation): string {
  const needs = operation.security ?? document.security ?? [];
  const named = needs.flatMap((each) => Object.keys(each)).map((name) => credentials[name] ?? name);
  if (named.length === 0) return "Open to anyone.";
  const optional = needs.some((each) => Object.keys(each).length === 0);
  return `${optional ? "Takes" : "Needs"} ${named.join(" or ")}.`;
}

function Parameters({ document, place, parameters }: { document: Document; place: string; parameters: Parameter[] }) {
  if (parameters.length === 0) return null;
  const titles: Record<string, string> = { path: "In the path", query: "In the query", header: "Headers" };
  const schema: Schema = {
    type: "object",
    required: parameters.filter((each) => each.required).map((each) => each.name),
    properties: Object.fromEntries(
      parameters.map((each) => [each.name, { ...flatten(document, each.schema ?? {}), ...(each.description === undefined ? {} : { description: each.description }) }]),
    ),
  };
  return (
    <>
      <Title order={4} className={classes["subtitle"]}>
        {titles[place]}
      </Title>
      <SchemaView document={document} schema={schema} />
    </>
  );
}

function GoodAnswer({ document, status, response }: { document: Document; status: string; response: ResponseObject }) {
  const [open, setOpen] = useState(false);
  const schema = bodySchema(response);
  const words = <Inline text={response.description ?? ""} />;
  if (!schema) {
    return (
      <p className={classes["plain"]}>
        <strong>{status}</strong> {words}
      </p>
    );
  }
  const limits = limitsOf(flatten(document, schema));
  return (
    <div className={classes["answer"]}>
      <Disclosure title={`${status} ${typeWords(document, schema)}`} state="" open={open} onToggle={setOpen}>
        {limits.length > 0 && <p>{limits.join("; ")}</p>}
        <SchemaView document={document} schema={schema} />
      </Disclosure>
      <p className={classes["errors"]}>{words}</p>
    </div>
  );
}
