#include "api/receipt.h"

#include "api/json_writer.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kStandardSeconds = 10, kMostSeconds = 60;

std::string receipt_json(const cluster::Receipt& receipt) {
  JsonWriter json;
  json.begin_object()
      .number("sequence", receipt.sequence)
      .text("wait", "all")
      .flag("complete", receipt.complete)
      .time("committed_at", receipt.committed_at)
      .time("refused_everywhere_by", receipt.refused_everywhere_by)
      .begin_array("nodes");
  for (const cluster::NodeReceipt& node : receipt.nodes) {
    const bool confirmed = node.state == cluster::Confirmation::kConfirmed;
    json.begin_object()
        .text("id", node.id.to_string())
        .text("name", node.name)
        .text("state", to_string(node.state))
        .number("position", node.position)
        .time("confirmed_at", confirmed ? node.seen_at : std::nullopt)
        .time("stale_by", node.stale_by)
        .end_object();
  }
  json.end_array().end_object();
  return json.take();
}

// The change is made by then, whatever comes of waiting.
Problem nobody_knows(const Error& error) {
  Problem problem = problem_of(error);
  problem.detail =
      "The change is stored. Whether every node follows it could not be found out; make the same request again to "
      "ask. " +
      problem.detail;
  return problem;
}

void wait_and_tell(const ApiContext& context, const Wait& wait, const std::string& request_id, ApiResponse& response) {
  const auto receipt = context.services.nodes.wait_for_all(wait.timeout_ms);
  if (!receipt) {
    wipe(response.body);
    response = to_response(nobody_knows(receipt.error()), request_id);
    return;
  }
  response.body.pop_back();
  response.body += ",\"receipt\":" + receipt_json(*receipt) + "}";
}

}  // namespace

std::optional<Wait> read_wait(QueryReader& query) {
  const auto wait = query.text("wait", 10);
  const auto seconds = query.integer("wait_timeout", 0, kMostSeconds);
  if (wait && *wait != "all" && *wait != "none") query.mistake("The parameter wait must be all or none.");
  if (!wait || *wait != "all") return std::nullopt;
  return Wait{seconds.value_or(kStandardSeconds) * 1'000};
}

std::expected<std::optional<Wait>, Problem> read_wait(const ApiRequest& request) {
  QueryReader query(request.query);
  const std::optional<Wait> wait = read_wait(query);
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));
  return wait;
}

ApiResponse with_receipt(const ApiContext& context, const ApiRequest& request, const std::optional<Wait>& wait,
                         ApiResponse response) {
  if (wait) {
    response.finish = [&context, wait = *wait, id = std::string(request.request_id)](ApiResponse& finished) {
      wait_and_tell(context, wait, id, finished);
    };
  }
  return response;
}

}  // namespace latchkey::api
