import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiProblem } from "../api/problem.ts";
import { renderPart } from "../testing/render.tsx";
import { SignInForm } from "./SignInForm.tsx";

it("says what to do when the password is wrong, and clears it", async () => {
  const refuse = () =>
    Promise.reject(
      new ApiProblem({ type: "about:blank", title: "", status: 401, detail: "", code: "invalid_credentials", request_id: "" }),
    );
  renderPart(<SignInForm onSubmit={refuse} />);
  const user = userEvent.setup();
  await user.type(screen.getByLabelText("Email"), "dana@acme.example");
  await user.type(screen.getByLabelText("Password"), "wrong{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent(/ask an owner/);
  expect(screen.getByLabelText("Password")).toHaveValue("");
});

it("asks for what is missing before it asks the server", async () => {
  const onSubmit = vi.fn();
  renderPart(<SignInForm onSubmit={onSubmit} />);
  await userEvent.setup().click(screen.getByRole("button", { name: "Sign in" }));
  expect(screen.getByLabelText("Email")).toHaveFocus();
  expect(onSubmit).not.toHaveBeenCalled();
});
