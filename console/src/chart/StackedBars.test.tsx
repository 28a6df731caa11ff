import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderPart } from "../testing/render.tsx";
import { StackedBars } from "./StackedBars.tsx";

const times = ["2026-11-23", "2026-11-24", "2026-11-25"].map((day) => `${day}T00:00:00.000Z`);

it("is moved through with the keyboard, and says each step", async () => {
  renderPart(
    <StackedBars
      label="Requests over time"
      times={times}
      granularity="day"
      unit="request"
      series={[
        { id: "allowed", label: "Allowed", values: [1200, 4, 9], mark: "allowed" },
        { id: "refused", label: "Refused", values: [4, 0, 1], mark: "refused" },
      ]}
      notes={(i) => (i === 0 ? [["Rate limit reached", 4]] : [])}
    />,
  );
  const user = userEvent.setup();
  const slider = screen.getByRole("slider", { name: /^Requests over time/ });
  expect(slider).toHaveAttribute("aria-valuetext", "No point in time chosen");
  await user.tab();
  expect(slider).toHaveFocus();
  await user.keyboard("{ArrowLeft}");
  expect(slider).toHaveAttribute("aria-valuetext", "Wed, Nov 25 (UTC): 10 requests, 9 allowed, 1 refused");
  await user.keyboard("{Home}");
  expect(slider).toHaveAttribute("aria-valuetext", "Mon, Nov 23 (UTC): 1,204 requests, 1,200 allowed, 4 refused, 4 Rate limit reached");
  expect(slider).toHaveAttribute("aria-valuenow", "0");
  await user.keyboard("{ArrowRight}");
  expect(slider).toHaveAttribute("aria-valuetext", "Tue, Nov 24 (UTC): 4 requests, 4 allowed, 0 refused");
  await user.keyboard("{Escape}");
  expect(slider).toHaveAttribute("aria-valuetext", "No point in time chosen");
});
