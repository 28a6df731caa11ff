import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type SubmitEvent } from "react";
import { ApiProblem, describeError } from "../api/problem.ts";
import { Notice } from "../ui/Notice.tsx";
import classes from "./SignInForm.module.css";

interface Props {
  onSubmit: (email: string, password: string) => Promise<void>;
  /** Whose session ended, when it is they who sign in again. */
  email?: string;
}

function explain(error: unknown): string {
  if (!(error instanceof ApiProblem)) return describeError(error).detail;
  if (error.status === 401) {
    return "This email and password don't match an account. Check both; if you forgot the password, ask an owner of your account for a new one.";
  }
  if (error.status === 429) return "Too many tries. Wait a minute, then sign in again.";
  if (error.status === 422) return "Enter a whole email address and a password.";
  return error.problem.detail;
}

export function SignInForm({ onSubmit, email: knownEmail }: Props) {
  const [email, setEmail] = useState(knownEmail ?? "");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState({ email: false, password: false });
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  useEffect(() => (knownEmail === undefined ? emailField : passwordField).current?.focus(), [knownEmail]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const lacks = { email: email.trim() === "", password: password === "" };
    setMissing(lacks);
    if (lacks.email || lacks.password) {
      (lacks.email ? emailField : passwordField).current?.focus();
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      await onSubmit(email.trim(), password);
    } catch (error) {
      setFailure(explain(error));
      setPassword("");
      passwordField.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className={classes["form"]} onSubmit={(event) => void submit(event)} noValidate>
      {failure !== null && (
        <Notice tone="bad" live>
          {failure}
        </Notice>
      )}
      <TextInput
        ref={emailField}
        label="Email"
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        readOnly={knownEmail !== undefined}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={missing.email && "Enter the email address of your account."}
      />
      <PasswordInput
        ref={passwordField}
        label="Password"
        name="password"
        autoComplete="current-password"
        // A dialog moves the focus itself, to the field that says so.
        data-autofocus={knownEmail !== undefined || undefined}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={missing.password && "Enter your password."}
        visibilityToggleButtonProps={{ "aria-label": "Show password", tabIndex: 0 }}
      />
      <Button type="submit" loading={busy} fullWidth>
        Sign in
      </Button>
    </form>
  );
}
