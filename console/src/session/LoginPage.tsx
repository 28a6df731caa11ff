import { Anchor, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { Navigate, useSearchParams } from "react-router";
import { places, safeNext } from "../places.ts";
import { Logo } from "../ui/Logo.tsx";
import { SignInForm } from "./SignInForm.tsx";
import { useSessionQuery, useSignIn } from "./session.ts";
import classes from "./LoginPage.module.css";

export function LoginPage() {
  useDocumentTitle("Sign in · Latchkey");
  const session = useSessionQuery();
  const signIn = useSignIn();
  const [params] = useSearchParams();

  if (session.data) return <Navigate to={safeNext(params.get("next"))} replace />;

  return (
    <main className={classes["page"]}>
      <div className={classes["column"]}>
        <Logo />
        <div className={classes["card"]}>
          <Title order={1}>Sign in</Title>
          <Text c="dimmed" mt={4} mb="lg">
            Make and manage the API keys of your applications.
          </Text>
          <SignInForm
            onSubmit={async (email, password) => {
              await signIn(email, password);
            }}
          />
        </div>
        <Text size="xs" c="dimmed">
          Calling the API from code? See the{" "}
          <Anchor href={places.apiReference} size="xs" underline="always">
            API reference
          </Anchor>
          .
        </Text>
      </div>
    </main>
  );
}
