// /v1/nodes: who serves, and how far each follows.
#include "api/authorize.h"
#include "api/confirmed_key.h"
#include "api/json_writer.h"
#include "api/resources.h"

namespace latchkey::api {
namespace {

void write_node(JsonWriter& json, const cluster::NodeNow& node, std::string_view store) {
  const store::NodeRecord& record = node.record;
  json.begin_object()
      .text("id", record.id.to_string())
      .text("name", record.name)
      .text("version", record.version)
      .text("state", to_string(node.state))
      .flag("self", node.self)
      .text("on_stale", record.denies_when_stale ? "deny" : "serve")
      .number("position", record.last.position.sequence)
      .number("lag", node.lag);
  if (node.lag_ms) {
    json.number("lag_ms", *node.lag_ms);
  } else {
    json.null("lag_ms");
  }
  json.number("keys", record.last.keys)
      .number("checks_per_second", record.last.checks_per_second)
      .time("started_at", record.started_at)
      .time("seen_at", record.last.at)
      .text("store", store)
      .text("limits", record.last.limits)
      .end_object();
}

Outcome list_nodes(const ApiContext& context, ApiRequest& request) {
  if (auto refused = refuse_unless(request.caller, Need::kWriteKeys)) return std::unexpected(std::move(*refused));
  const auto now = context.services.nodes.list();
  if (!now) return std::unexpected(problem_of(now.error()));
  JsonWriter json;
  json.begin_object().begin_array("data");
  for (const cluster::NodeNow& node : now->nodes) write_node(json, node, now->store);
  json.end_array().number("head", now->head);
  if (now->max_staleness_ms != 0) {
    json.number("max_staleness_seconds", now->max_staleness_ms / 1'000);
  } else {
    json.null("max_staleness_seconds");
  }
  json.end_object();
  return json_response(200, json.take());
}

Outcome forget_node(const ApiContext& context, ApiRequest& request) {
  if (auto refused = refuse_unless(request.caller, Need::kOperate)) return std::unexpected(std::move(*refused));
  if (auto refused = refuse_fields(request)) return std::unexpected(std::move(*refused));
  const auto id = NodeId::parse(request.parameters[0]);
  if (!id) return std::unexpected(not_found("There is no such node."));
  if (const auto done = context.services.nodes.forget(*id); !done) return std::unexpected(problem_of(done.error()));
  return ApiResponse{.status = 204};
}

}  // namespace

void add_node_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET", .path = "/v1/nodes", .handle = with(context, list_nodes)});
  router.add({.method = "DELETE", .path = "/v1/nodes/{node}", .handle = with(context, forget_node)});
}

}  // namespace latchkey::api
