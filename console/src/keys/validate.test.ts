import { expect, it } from "vitest";
import { fieldErrors } from "./validate.ts";

it("puts the server's mistakes on the fields that their pointers name, and keeps the rest", () => {
  const { fields, rest } = fieldErrors({
    type: "about:blank",
    title: "Invalid fields",
    status: 422,
    detail: "Some fields are wrong.",
    code: "invalid_fields",
    request_id: "req_1",
    errors: [
      { pointer: "/nickname", detail: "Too long." },
      { pointer: "/restrictions/channels/0", detail: "505 is not enabled." },
      { pointer: "/restrictions/channels/1", detail: "999 is unknown." },
      { pointer: "/nicknames", detail: "There is no such field." },
    ],
  });
  expect(fields).toEqual({ nickname: "Too long.", channels: "505 is not enabled. 999 is unknown." });
  expect(rest).toEqual(["There is no such field."]);
});
