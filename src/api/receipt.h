// `wait=all` on a change: the answer comes once every node has it, or can do no harm without it, and says so of each.
//
//   const auto wait = read_wait(request);                  // before the change is made
//   if (!wait) return std::unexpected(wait.error());
//   ...
//   return with_receipt(context, request, *wait, key_response(context, 200, *changed));
//
// The waiting is done after the handler, on threads of its own.
#pragma once
#include <expected>
#include <optional>

#include "api/query.h"
#include "api/request.h"
#include "api/resources.h"
#include "api/response.h"

namespace latchkey::api {

struct Wait {
  std::int64_t timeout_ms = 0;
};

// Of a request whose query holds nothing else. Empty: nobody waits.
std::expected<std::optional<Wait>, Problem> read_wait(const ApiRequest& request);
// Of one that has more in it; the reader's finish() tells what is wrong.
std::optional<Wait> read_wait(QueryReader& query);

// `response` shows one thing as a JSON object, which gets the member `receipt`.
ApiResponse with_receipt(const ApiContext& context, const ApiRequest& request, const std::optional<Wait>& wait,
                         ApiResponse response);

}  // namespace latchkey::api
