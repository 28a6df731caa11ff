import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link, Navigate, useNavigate, useParams } from "react-router";
import { useCatalog } from "../../api/catalog.ts";
import { useKey, useRefreshKey, useUpdateKey } from "../../api/keys.ts";
import { isStatus } from "../../api/problem.ts";
import type { ApiKey, ApiKeyUpdate, Catalog } from "../../api/types.ts";
import { limitValuesOf, limitsBody } from "../../limits/form/values.ts";
import { apiKeysTrail, places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { FormSkeleton } from "../form/FormSkeleton.tsx";
import { KeyForm } from "../form/KeyForm.tsx";
import { createBody, expiresAt, valuesOf, type KeyFormValues } from "../form/values.ts";
import { NoSuchKey } from "../one/NoSuchKey.tsx";
import { SpreadNotice } from "../split/SpreadNotice.tsx";
import classes from "../split/SplitNotice.module.css";
import { ChangedMeanwhile } from "./ChangedMeanwhile.tsx";

export function EditKeyPage() {
  const { id = "" } = useParams();
  const { tenant, mayWrite } = useAccount();
  const key = useKey(tenant.id, id);
  const catalog = useCatalog();

  if (isStatus(key.error, 404)) return <NoSuchKey />;
  // A revoked or deleted key can't change at all, and a viewer changes none.
  if (key.data && (!mayWrite || key.data.status === "revoked" || key.data.status === "deleted")) return <Navigate to={places.apiKey(id)} replace />;
  const failed = [key, catalog].find((query) => query.isError);
  if (key.data && catalog.data) return <Editor loaded={key.data} catalog={catalog.data} />;
  return (
    <>
      <PageHeader title="Edit" crumbs={apiKeysTrail} />
      {failed ? <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} /> : <FormSkeleton />}
    </>
  );
}

function Editor({ loaded, catalog }: { loaded: ApiKey; catalog: Catalog }) {
  const { tenant } = useAccount();
  const navigate = useNavigate();
  const update = useUpdateKey();
  const refresh = useRefreshKey();
  // The version that is edited stays what was opened, however often the list behind it is read again; If-Match tells
  // the server, which refuses if someone else was faster.
  const [base, setBase] = useState(loaded);
  const [conflict, setConflict] = useState(false);
  const page = places.apiKey(base.id);

  const save = async (values: KeyFormValues) => {
    const change = changeOf(base, values, catalog);
    if (Object.keys(change).length > 0) {
      try {
        await update.mutateAsync({ key: base, change });
      } catch (error) {
        if (!isStatus(error, 412)) throw error;
        setConflict(true);
        return;
      }
      notifications.show({ message: `${values.nickname.trim()} is saved. Every check follows it from now on.` });
    }
    await navigate(page);
  };

  const reload = async () => {
    setBase(await refresh(tenant.id, base.id));
    setConflict(false);
  };

  return (
    <>
      <PageHeader
        title="Edit"
        documentTitle={`Edit ${base.nickname}`}
        purpose="Changes hold from the moment they are saved. The key itself stays the same."
        crumbs={[...apiKeysTrail, { label: base.nickname, to: page }]}
      />
      <div className={classes["notice"]}>
        <SpreadNotice apiKey={base} />
      </div>
      {conflict && <ChangedMeanwhile onReload={reload} />}
      <KeyForm
        key={base.version}
        catalog={catalog}
        tenant={tenant}
        initial={valuesOf(base, catalog)}
        editing={base}
        submitLabel="Save changes"
        cancel={
          <Button component={Link} to={page} variant="default">
            Cancel
          </Button>
        }
        onSubmit={save}
      />
    </>
  );
}

/** Only what differs, so that two people may change different fields of one key in turn. */
function changeOf(key: ApiKey, values: KeyFormValues, catalog: Catalog): ApiKeyUpdate {
  const wanted = createBody(values, catalog);
  const change: ApiKeyUpdate = {};
  if (wanted.nickname !== key.nickname) change.nickname = wanted.nickname;
  if (wanted.contact_email !== key.contact_email) change.contact_email = wanted.contact_email;
  if (wanted.restrictions && JSON.stringify(wanted.restrictions) !== JSON.stringify(sameOrder(key))) {
    change.restrictions = wanted.restrictions;
  }
  const limits = limitsBody(values.limits, catalog);
  if (JSON.stringify(limits) !== JSON.stringify(limitsBody(limitValuesOf(key.limits, catalog), catalog))) change.limits = limits;
  const expiry = expiresAt(values, key.expires_at);
  if (expiry !== key.expires_at) change.expires_at = expiry;
  return change;
}

function sameOrder({ restrictions: { operations, channels, attributes, ip_ranges } }: ApiKey): ApiKey["restrictions"] {
  return { operations, channels, attributes, ip_ranges };
}
