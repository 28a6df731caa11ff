#include "api/trial_json.h"

#include "api/resource_json.h"

namespace latchkey::api {

std::expected<void, Problem> write_trial(JsonWriter& json, const ApiContext& context, const Trial& trial) {
  const ApiServices& services = context.services;
  if (auto flushed = services.flush_usage(); !flushed) return std::unexpected(problem_of(flushed.error()));
  const auto report = services.usage.trial(trial.tenant, trial.key, trial.number);
  if (!report) return std::unexpected(problem_of(report.error()));
  json.begin_object().member("restrictions");
  write_restrictions(json, trial.restrictions, services.catalog);
  json.time("started_at", trial.started_at).member("started_by");
  write_actor(json, trial.started_by);
  json.number("requests", static_cast<std::int64_t>(report->judged))
      .number("would_refuse", static_cast<std::int64_t>(report->would_refuse))
      .number("not_judged", static_cast<std::int64_t>(report->not_judged))
      .begin_array("examples");
  for (const store::TrialUse& example : report->examples) {
    json.begin_object().time("at", example.at).text("code", example.outcome).text("detail", example.detail);
    example.operation.empty() ? json.null("operation") : json.text("operation", example.operation);
    json.text("address", example.address.to_string())
        .number("count", static_cast<std::int64_t>(example.count))
        .end_object();
  }
  json.end_array().end_object();
  return {};
}

}  // namespace latchkey::api
