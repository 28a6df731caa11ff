import { Button, Skeleton, Text } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useEffect, useState, type ReactNode } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
import { openHandOver, useCollect } from "../api/collect.ts";
import { describeError, isStatus } from "../api/problem.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Notice } from "../ui/Notice.tsx";
import { exactTime } from "../ui/time.ts";
import { canDecrypt, fragmentIn, openBox, proofOf } from "./box.ts";
import { CollectFrame } from "./CollectFrame.tsx";
import { Collected } from "./Collected.tsx";

/** What a one-time link leads to. Opening it takes a press of a button, so that programs which follow links don't spend it. */
export function CollectPage() {
  const { id = "" } = useParams();
  useDocumentTitle("Collect an API key · Latchkey");
  const fragment = useFragment();
  // The only place that holds the secret. It goes when this page goes.
  const [secret, setSecret] = useState<string | null>(null);
  const [nickname, setNickname] = useState("");
  if (secret !== null) return <Collected secret={secret} nickname={nickname} onDone={() => setSecret("")} />;
  return (
    <Closed
      id={id}
      fragment={fragment}
      onOpened={(opened, of) => {
        setNickname(of);
        setSecret(opened);
      }}
    />
  );
}

/** The fragment that the page was opened with. It is taken out of the address bar and the history at once. */
function useFragment(): string | null {
  const { hash, pathname } = useLocation();
  const navigate = useNavigate();
  const [fragment] = useState(() => fragmentIn(hash));
  useEffect(() => {
    if (hash !== "") void navigate(pathname, { replace: true });
  }, [hash, pathname, navigate]);
  return fragment;
}

function Closed({ id, fragment, onOpened }: { id: string; fragment: string | null; onOpened: (secret: string, nickname: string) => void }) {
  const link = useCollect(id);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  if (isStatus(link.error, 404)) {
    return <End title="There is nothing behind this link">It may be incomplete, or so old that it was forgotten. Ask whoever sent it for another.</End>;
  }
  if (link.isError) {
    return (
      <CollectFrame title="Your API key">
        <ErrorPanel error={link.error} onRetry={() => void link.refetch()} />
      </CollectFrame>
    );
  }
  if (!link.data) {
    return (
      <CollectFrame title="Your API key">
        <Skeleton h={110} />
      </CollectFrame>
    );
  }
  const { status, nickname, account, expires_at: expiresAt, done_at: openedAt } = link.data;
  if (status === "done") {
    return <End title="This link has been opened">It was opened{openedAt !== null && ` on ${exactTime(openedAt)}`}, and shows the key of {nickname} only once. If that was not you, tell {account} at once: somebody else may have the key.</End>;
  }
  if (status === "withdrawn") return <End title="This link was withdrawn">{account} took it back before it was opened. Ask them for another.</End>;
  if (status !== "pending") return <End title="This link has expired">Nobody opened it by {exactTime(expiresAt)}. Ask {account} for another.</End>;
  if (fragment === null) {
    return <End title="This link is incomplete">The part that opens it is missing: everything after “#”. Open it from the mail itself, or copy the whole of it. It has not been spent.</End>;
  }

  const open = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const box = await openHandOver(id, await proofOf(fragment));
      onOpened(await openBox(fragment, id, box), nickname);
    } catch (error) {
      setFailure(
        isStatus(error, 404)
          ? "This link opens nothing. It may have been changed on its way; open it from the mail itself."
          : error instanceof DOMException
            ? `The key could not be decrypted with this link, and the link is spent. Ask ${account} for another.`
            : describeError(error).detail,
      );
      void link.refetch();
    } finally {
      setBusy(false);
    }
  };

  return (
    <CollectFrame title="Your API key">
      <Text>
        {account} hands over the API key <strong>{nickname}</strong>. This link shows it once, to you alone, and works until {exactTime(expiresAt)}.
      </Text>
      {canDecrypt() ? (
        <>
          <Text c="dimmed">Open it when you are ready to store the key, in a secret manager rather than in a mail or a chat.</Text>
          <Button loading={busy} onClick={() => void open()}>
            Show the key
          </Button>
        </>
      ) : (
        <Notice tone="warn">Browsers decrypt only on pages that come over https. Open the link over https; it has not been spent.</Notice>
      )}
      {failure !== null && (
        <Notice tone="bad" live>
          {failure}
        </Notice>
      )}
    </CollectFrame>
  );
}

function End({ title, children }: { title: string; children: ReactNode }) {
  return (
    <CollectFrame title={title}>
      <Text>{children}</Text>
    </CollectFrame>
  );
}
