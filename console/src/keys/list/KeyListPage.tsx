import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Link, useNavigate } from "react-router";
import { useCatalog } from "../../api/catalog.ts";
import { useKeys } from "../../api/keys.ts";
import { useWeekOfKeys } from "../../api/usage.ts";
import { places, settingsTrail } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useKeyActions } from "../actions/KeyActions.tsx";
import { KeyCards } from "./KeyCards.tsx";
import { KeyFilterBar } from "./KeyFilterBar.tsx";
import { KeyTable } from "./KeyTable.tsx";
import { useListState } from "./list-state.ts";
import { ListSkeleton } from "./ListSkeleton.tsx";
import { NoKeys } from "./NoKeys.tsx";
import { NoMatch } from "./NoMatch.tsx";
import { Pager } from "./Pager.tsx";
import classes from "./KeyListPage.module.css";

export function KeyListPage() {
  const { tenant, mayWrite } = useAccount();
  const navigate = useNavigate();
  const list = useListState();
  const catalog = useCatalog().data;
  const keys = useKeys(tenant.id, list.filters);
  const actions = useKeyActions();
  const narrow = useMediaQuery("(max-width: 77em)", undefined, { getInitialValueInEffect: false });

  const page = keys.data;
  const weeks = useWeekOfKeys(tenant.id, page?.data.map((key) => key.id) ?? []);
  const weekOf = (id: string) => (weeks.isError ? null : weeks.data?.get(id));
  const nothingYet = page?.total === 0 && !list.filtered;

  const content = () => {
    if (keys.isError) return <ErrorPanel error={keys.error} onRetry={() => void keys.refetch()} />;
    if (!page) return <ListSkeleton cards={narrow} />;
    if (nothingYet) return <NoKeys mayWrite={mayWrite} />;
    if (page.data.length === 0) return <NoMatch onClear={list.clear} />;
    const View = narrow ? KeyCards : KeyTable;
    return (
      <View keys={page.data} catalog={catalog} weekOf={weekOf} sort={list.filters.sort} onSort={(sort) => list.change({ sort })} onAction={actions.start} />
    );
  };

  return (
    <>
      <PageHeader
        title="API Key Management"
        purpose="One key per application, so that each can be limited, watched and ended on its own."
        crumbs={settingsTrail}
        actions={
          <>
            <Button component={Link} to={places.requestLinks} variant="default">
              Request links
            </Button>
            {mayWrite && <Button onClick={() => void navigate(places.newApiKey)}>+ New API Key</Button>}
          </>
        }
      />
      {tenant.status === "suspended" && (
        <div className={classes["notice"]}>
          <Notice tone="bad">
            {tenant.name} is suspended: every call with its keys is refused. The operator of this API can lift it.
          </Notice>
        </div>
      )}
      {!nothingYet && <KeyFilterBar list={list} catalog={catalog} />}
      <div className={classes["list"]} aria-busy={keys.isFetching} data-stale={keys.isPlaceholderData || undefined}>
        {content()}
      </div>
      {page && page.data.length > 0 && !keys.isError && (
        <Pager list={list} shown={page.data.length} total={page.total} next={page.next_cursor} />
      )}
      {actions.dialogs}
    </>
  );
}
