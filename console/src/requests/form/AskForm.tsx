import { Button, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useEffect, useId, useRef, useState, type SubmitEvent } from "react";
import { ApiProblem, describeError } from "../../api/problem.ts";
import type { RequestForm, RequestOffer } from "../../api/types.ts";
import { Logo } from "../../ui/Logo.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Section } from "../../ui/Section.tsx";
import { exactTime } from "../../ui/time.ts";
import { AskNeeds } from "./AskNeeds.tsx";
import { askErrors, askSentence, saidErrors, type AskErrors, type AskValues } from "./values.ts";
import classes from "./AskForm.module.css";

interface Props {
  form: RequestForm;
  offer: RequestOffer;
  initial: AskValues;
  onSubmit: (values: AskValues) => Promise<void>;
}

export function AskForm({ form, offer, initial, onSubmit }: Props) {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<AskErrors>({});
  const [failure, setFailure] = useState("");
  const [attempts, setAttempts] = useState(0);
  const [busy, setBusy] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const sentence = useId();

  const change = (part: Partial<AskValues>) => {
    setValues((old) => ({ ...old, ...part }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field in part))));
  };
  const show = (found: AskErrors) => {
    setErrors(found);
    setAttempts((count) => count + 1);
  };
  // Once the fields are marked: the first wrong one is where to go on.
  useEffect(() => {
    const wrong = root.current?.querySelector<HTMLElement>("[data-field-error] :is(input,textarea,button)");
    wrong?.focus();
    wrong?.scrollIntoView({ block: "center" });
  }, [attempts]);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    setFailure("");
    const found = askErrors(values);
    show(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await onSubmit(values);
    } catch (error) {
      const said = error instanceof ApiProblem ? saidErrors(error.problem) : {};
      if (Object.keys(said).length === 0) setFailure(describeError(error).detail);
      show(said);
    } finally {
      setBusy(false);
    }
  };
  const text = (name: "asker" | "organisation" | "contactEmail" | "application" | "purpose") => ({
    value: values[name],
    error: errors[name],
    onChange: (event: { currentTarget: { value: string } }) => change({ [name]: event.currentTarget.value }),
  });
  const marked = (name: keyof AskValues) => ({ "data-field-error": errors[name] ? name : undefined });

  return (
    <main className={classes["page"]}>
      <form ref={root} className={classes["column"]} noValidate onSubmit={(event) => void submit(event)}>
        <Logo />
        <header>
          <Title order={1}>Ask {form.account} for an API key</Title>
          <Text c="dimmed" mt={4}>
            The key is for {form.api}. Say who you are and what your application must do; {form.account} decides what it may. This link works until{" "}
            {exactTime(form.expires_at)}.
          </Text>
        </header>
        {form.note !== null && (
          <figure className={classes["note"]}>
            <blockquote>{form.note}</blockquote>
            <figcaption>{form.account}</figcaption>
          </figure>
        )}
        <Section title="Who you are">
          <div className={classes["fields"]}>
            <div {...marked("asker")}>
              <TextInput label="Your name" required autoComplete="name" maxLength={200} {...text("asker")} />
            </div>
            <div {...marked("organisation")}>
              <TextInput label="Organisation" autoComplete="organization" maxLength={200} {...text("organisation")} />
            </div>
            <div {...marked("contactEmail")} className={classes["wide"]}>
              <TextInput
                label="Contact Email"
                description="If they grant it, the key usually goes to this address, by a link that opens once. Best one that your team reads."
                placeholder="integrations@partner.example"
                required
                type="email"
                autoComplete="email"
                {...text("contactEmail")}
              />
            </div>
          </div>
        </Section>
        <Section title="What you need">
          <div className={classes["stack"]}>
            <div {...marked("application")}>
              <TextInput
                label="Application"
                description="One key is for one application. Name the one that will use it."
                placeholder="Template sync"
                required
                maxLength={200}
                autoComplete="off"
                {...text("application")}
              />
            </div>
            <div {...marked("purpose")}>
              <Textarea label="What it does" description="In a sentence or two, for those who decide." autosize minRows={2} maxRows={10} maxLength={1000} {...text("purpose")} />
            </div>
            <AskNeeds form={form} offer={offer} values={values} errors={errors} onChange={change} />
          </div>
        </Section>
        {failure !== "" && (
          <Notice tone="bad" live>
            {failure}
          </Notice>
        )}
        <div className={classes["bar"]}>
          <p id={sentence} className={classes["sentence"]}>
            {askSentence(values, offer, form.account)}
          </p>
          <Button type="submit" loading={busy} aria-describedby={sentence}>
            Send request
          </Button>
        </div>
        <Text size="xs" c="dimmed">
          What you write here is seen by {form.account} and kept with the request. Sending it gives no access by itself.
        </Text>
      </form>
      <div id="overlays" />
    </main>
  );
}
