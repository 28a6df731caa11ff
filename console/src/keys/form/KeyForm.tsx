import { useRef, useState, type SubmitEvent, type ReactNode } from "react";
import { findAccessType } from "../../api/catalog.ts";
import { ApiProblem, describeError } from "../../api/problem.ts";
import type { ApiKey, Catalog, Tenant } from "../../api/types.ts";
import { LimitsField } from "../../limits/form/LimitsField.tsx";
import { HandOverField } from "../../rotation/form/HandOverField.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Section } from "../../ui/Section.tsx";
import { fieldErrors, type Field } from "../validate.ts";
import { AccessTypeField } from "./AccessTypeField.tsx";
import { ExpiryField } from "./ExpiryField.tsx";
import { IdentityFields } from "./IdentityFields.tsx";
import { NetworksField } from "./NetworksField.tsx";
import { OperationsField } from "./OperationsField.tsx";
import { AttributesField, ChannelsField } from "./RestrictionPickers.tsx";
import { SummaryBar } from "./SummaryBar.tsx";
import { formErrors, type FormErrors, type KeyFormValues } from "./values.ts";
import classes from "./KeyForm.module.css";

interface Props {
  catalog: Catalog;
  tenant: Tenant;
  initial: KeyFormValues;
  /** The key that is edited; its access type can't change. */
  editing?: ApiKey;
  submitLabel: string;
  cancel: ReactNode;
  onSubmit: (values: KeyFormValues) => Promise<void>;
}

export function KeyForm({ catalog, tenant, initial, editing, submitLabel, cancel, onSubmit }: Props) {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<FormErrors>({});
  const [failure, setFailure] = useState<{ text: string; requestId: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const type = findAccessType(catalog, values.accessType);
  const original = editing?.expires_at ?? null;

  const change = (part: Partial<KeyFormValues>) => {
    setValues((old) => ({ ...old, ...part }));
    // A field that is being mended stops complaining.
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field in part))));
  };

  const show = (found: FormErrors) => {
    setErrors(found);
    // After the fields are marked, and a folded one is unfolded.
    setTimeout(() => {
      const wrong = root.current?.querySelector<HTMLElement>("[data-field-error] :is(input,textarea,button)");
      wrong?.focus();
      wrong?.scrollIntoView({ block: "center" });
    });
  };

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    setFailure(null);
    const found = formErrors(values, catalog, Date.now(), original);
    show(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await onSubmit(values);
    } catch (error) {
      const said = error instanceof ApiProblem ? fieldErrors(error.problem) : { fields: {}, rest: [] };
      const { detail, requestId } = describeError(error);
      if (Object.keys(said.fields).length === 0 || said.rest.length > 0) {
        setFailure({ text: [detail, ...said.rest].join(" "), requestId });
      }
      show(said.fields);
    } finally {
      setBusy(false);
    }
  };

  const field = (name: Field) => ({ error: errors[name], wrap: { "data-field-error": errors[name] ? name : undefined } });

  return (
    <form ref={root} onSubmit={(event) => void submit(event)} noValidate className={classes["form"]}>
      <Section title="Whose key it is">
        <IdentityFields
          tenant={tenant.id}
          self={editing?.id}
          nickname={values.nickname}
          contactEmail={values.contactEmail}
          errors={errors}
          onChange={change}
        />
      </Section>
      <Section title="What it may do">
        <div className={classes["stack"]}>
          <div {...field("accessType").wrap}>
            <AccessTypeField
              types={catalog.access_types}
              total={catalog.operation_count}
              value={values.accessType}
              fixed={editing !== undefined}
              error={errors.accessType}
              onChange={(accessType) => change({ accessType })}
            />
          </div>
          {type?.restrictions.includes("channels") && (
            <div {...field("channels").wrap}>
              <ChannelsField
                catalog={catalog}
                tenant={tenant}
                value={values.channels}
                error={errors.channels}
                onChange={(channels) => change({ channels })}
              />
            </div>
          )}
          {type?.restrictions.includes("attributes") && (
            <div {...field("attributes").wrap}>
              <AttributesField
                catalog={catalog}
                value={values.attributes}
                error={errors.attributes}
                onChange={(attributes) => change({ attributes })}
              />
            </div>
          )}
          {type && (
            <div {...field("operations").wrap}>
              <OperationsField
                catalog={catalog}
                accessType={type}
                value={values.operations}
                error={errors.operations}
                onChange={(operations) => change({ operations })}
              />
            </div>
          )}
        </div>
      </Section>
      <Section title="Where from, how often, and until when">
        <div className={classes["stack"]} data-tight>
          {(!type || type.restrictions.includes("ip_ranges")) && (
            <div {...field("networks").wrap}>
              <NetworksField tenant={tenant} value={values.networks} error={errors.networks} onChange={(networks) => change({ networks })} />
            </div>
          )}
          <div {...field("limits").wrap}>
            <LimitsField
              catalog={catalog}
              accessType={values.accessType}
              value={values.limits}
              error={errors.limits}
              onChange={(limits) => change({ limits })}
            />
          </div>
          <div {...field("expiry").wrap}>
            <ExpiryField tenant={tenant.id} made={editing?.created_at ?? null} value={values.expiry} error={errors.expiry} onChange={(expiry) => change({ expiry })} />
          </div>
        </div>
      </Section>
      {!editing && (
        <Section title="Hand-over">
          <div {...field("handOver").wrap}>
            <HandOverField
              tenant={tenant.id}
              nickname={values.nickname}
              contact={values.contactEmail.trim()}
              value={values.handOver}
              error={errors.handOver}
              onChange={(handOver) => change({ handOver })}
            />
          </div>
        </Section>
      )}
      {failure && (
        <Notice tone="bad" live>
          {failure.text}
          {failure.requestId !== "" && (
            <>
              {" "}
              Request <code>{failure.requestId}</code>
            </>
          )}
        </Notice>
      )}
      <SummaryBar catalog={catalog} tenant={tenant} values={values} original={original} busy={busy} submitLabel={submitLabel} cancel={cancel} />
    </form>
  );
}
