// /v1/tenants/{tenant}/alert-rules: which rules a tenant wants, how strict, and who is told.
#include "api/authorize.h"
#include "api/fields.h"
#include "api/read_body.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "core/alert.h"
#include "lifecycle/text.h"

namespace latchkey::api {
namespace {

// One rule as the caller wants it: only what changes.
struct RuleChange {
  AlertRule rule{};
  std::optional<bool> enabled, email, webhook;
  std::array<std::optional<std::int64_t>, kMaxAlertSettings> values;
};

void write_settings(JsonWriter& json, std::string_view name, const AlertRuleInfo& info,
                    const AlertRuleSettings& settings) {
  json.begin_object(name);
  for (std::size_t i = 0; i < info.settings.size(); ++i) json.number(info.settings[i].name, settings.values[i]);
  json.end_object();
}

ApiResponse rules_response(const AlertRuleTable& rules) {
  JsonWriter json;
  json.begin_object().begin_array("rules");
  for (const AlertRule rule : all_alert_rules()) {
    const AlertRuleInfo& info = rule_info(rule);
    const AlertRuleSettings& settings = rules[static_cast<std::size_t>(rule)];
    json.begin_object()
        .text("rule", to_string(rule))
        .text("title", info.title)
        .text("description", info.description)
        .flag("enabled", settings.enabled)
        .flag("email", settings.email)
        .flag("webhook", settings.webhook);
    write_settings(json, "settings", info, settings);
    write_settings(json, "defaults", info, standard_settings(rule));
    json.end_object();
  }
  json.end_array().end_object();
  return json_response(200, json.take());
}

void read_settings(JsonValue& object, const std::string& pointer, RuleChange& change, Mistakes& mistakes) {
  FieldReader fields(object, pointer, mistakes);
  const auto known = rule_info(change.rule).settings;
  for (std::size_t i = 0; i < known.size(); ++i) {
    change.values[i] = fields.integer(known[i].name);
    if (!change.values[i] || (*change.values[i] >= known[i].least && *change.values[i] <= known[i].most)) continue;
    fields.mistake(known[i].name,
                   fmt::format("This must be a whole number from {} to {}.", known[i].least, known[i].most));
  }
  fields.finish();
}

std::optional<RuleChange> read_rule(JsonValue& object, const std::string& pointer, Mistakes& mistakes) {
  FieldReader fields(object, pointer, mistakes);
  fields.require("rule");
  RuleChange change;
  const auto name = fields.text("rule");
  change.enabled = fields.flag("enabled");
  change.email = fields.flag("email");
  change.webhook = fields.flag("webhook");
  JsonValue* settings = fields.object("settings");
  fields.finish();
  if (!name) return std::nullopt;
  const auto rule = parse_alert_rule(*name);
  if (!rule) {
    std::vector<std::string_view> known;
    for (const AlertRule one : all_alert_rules()) known.push_back(to_string(one));
    fields.mistake("rule", fmt::format("There is no rule {}.{}", lifecycle::in_quotes(*name),
                                       lifecycle::did_you_mean(*name, known)));
    return std::nullopt;
  }
  change.rule = *rule;
  if (settings != nullptr) read_settings(*settings, fields.pointer("settings"), change, mistakes);
  return change;
}

std::vector<RuleChange> read_rules(JsonValue& document, Mistakes& mistakes) {
  FieldReader fields(document, "", mistakes);
  fields.require("rules");
  std::vector<RuleChange> changes;
  if (JsonValue* array = fields.array("rules")) {
    if (array->items.size() > kAlertRuleCount) {
      fields.mistake("rules", fmt::format("There are {} rules; name each at most once.", kAlertRuleCount));
      array->items.clear();
    }
    for (std::size_t i = 0; i < array->items.size(); ++i) {
      const std::string pointer = pointer_to(fields.pointer("rules"), i);
      auto change = read_rule(array->items[i], pointer, mistakes);
      if (!change) continue;
      const bool twice = std::any_of(changes.begin(), changes.end(),
                                     [&](const RuleChange& other) { return other.rule == change->rule; });
      if (twice) mistakes.push_back({pointer + "/rule", "This rule stands twice; name each at most once."});
      changes.push_back(std::move(*change));
    }
  }
  fields.finish();
  return changes;
}

void apply(const RuleChange& change, AlertRuleTable& rules) {
  AlertRuleSettings& settings = rules[static_cast<std::size_t>(change.rule)];
  settings.enabled = change.enabled.value_or(settings.enabled);
  settings.email = change.email.value_or(settings.email);
  settings.webhook = change.webhook.value_or(settings.webhook);
  for (std::size_t i = 0; i < settings.values.size(); ++i)
    settings.values[i] = change.values[i].value_or(settings.values[i]);
}

Outcome get_rules(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto rules = context.services.alerts.rules(tenant->id);
  if (!rules) return std::unexpected(problem_of(rules.error()));
  return rules_response(*rules);
}

Outcome update_rules(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  const std::vector<RuleChange> changes = read_rules(*document, mistakes);
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  const auto changed = context.services.alerts.change_rules(tenant->id, [&](AlertRuleTable& rules) {
    for (const RuleChange& change : changes) apply(change, rules);
  });
  if (!changed) return std::unexpected(problem_of(changed.error()));
  return rules_response(*changed);
}

}  // namespace

void add_alert_rule_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET", .path = "/v1/tenants/{tenant}/alert-rules", .handle = with(context, get_rules)});
  router.add({.method = "PUT", .path = "/v1/tenants/{tenant}/alert-rules", .handle = with(context, update_rules)});
}

}  // namespace latchkey::api
