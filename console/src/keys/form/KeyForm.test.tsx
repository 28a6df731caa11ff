import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "../../api/problem.ts";
import type { HandOverPlaces } from "../../api/types.ts";
import { catalog, policy, tenant } from "../../testing/fixtures.ts";
import { renderPart } from "../../testing/render.tsx";
import { KeyForm } from "./KeyForm.tsx";
import { emptyValues, type KeyFormValues } from "./values.ts";

const onSubmit = vi.fn<(values: KeyFormValues) => Promise<void>>();

function renderForm(enabled: number[] = []) {
  renderPart(
    <KeyForm
      catalog={catalog}
      tenant={{ ...tenant, enabled_channels: enabled }}
      initial={emptyValues}
      submitLabel="Activate key"
      cancel={null}
      onSubmit={onSubmit}
    />,
  );
  return userEvent.setup();
}

beforeEach(() => {
  onSubmit.mockReset().mockResolvedValue(undefined);
  const page = { data: [], next_cursor: null, total: 0 };
  const places: HandOverPlaces = { link: true, secret_managers: [] };
  vi.spyOn(globalThis, "fetch").mockImplementation((request) => {
    const { pathname } = new URL((request as Request).url);
    if (pathname.endsWith("/hand-over-places")) return Promise.resolve(Response.json(places));
    if (pathname.endsWith("/key-policy")) return Promise.resolve(Response.json(policy));
    return Promise.resolve(Response.json(page));
  });
});

describe("the key form", () => {
  it("shows every mistake and moves the focus to the first", async () => {
    const user = renderForm();
    await user.click(screen.getByRole("button", { name: "Activate key" }));
    const nickname = screen.getByLabelText(/^Nickname/);
    expect(nickname).toBeInvalid();
    expect(screen.getByLabelText(/^Contact Email/)).toBeInvalid();
    await waitFor(() => expect(nickname).toHaveFocus());
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it("offers channels and attributes only for an access type that takes them", async () => {
    const user = renderForm();
    await user.click(screen.getByRole("radio", { name: "Admin" }));
    expect(screen.queryByLabelText("Channels")).not.toBeInTheDocument();
    await user.click(screen.getByRole("radio", { name: "Integrations" }));
    expect(screen.getAllByLabelText("Channels")[0]).toHaveAttribute("placeholder", "All permitted");
  });

  it("offers only the channels that the tenant has", async () => {
    const user = renderForm([505]);
    await user.click(screen.getByRole("radio", { name: "Integrations" }));
    await user.click(screen.getByRole("combobox", { name: "Channels" }));
    expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual(["505 SMS"]);
  });

  it("puts the server's mistakes on their fields, unfolding the folded", async () => {
    onSubmit.mockRejectedValue(
      new ApiProblem({
        type: "about:blank",
        title: "Invalid fields",
        status: 422,
        detail: "Some fields are wrong.",
        code: "invalid_fields",
        request_id: "req_1",
        errors: [{ pointer: "/restrictions/ip_ranges/0", detail: "This range is reserved." }],
      }),
    );
    const user = renderForm();
    await user.type(screen.getByLabelText(/^Nickname/), "Acme");
    await user.type(screen.getByLabelText(/^Contact Email/), "a@acme.example");
    await user.click(screen.getByRole("radio", { name: "Admin" }));
    await user.click(screen.getByRole("button", { name: "Activate key" }));
    expect(await screen.findByText("This range is reserved.")).toBeVisible();
    expect(screen.getByRole("button", { name: /^Networks/ })).toHaveAttribute("aria-expanded", "true");
  });
});
