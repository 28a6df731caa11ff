// /v1/tenants/{tenant}/key-policy.
#include "api/authorize.h"
#include "api/fields.h"
#include "api/read_body.h"
#include "api/resources.h"
#include "api/json_writer.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kMaxOverlapSeconds = KeyPolicy::kMaxOverlapMs / 1000;
constexpr std::int64_t kMaxReminderDays = 365;

ApiResponse policy_response(const KeyPolicy& policy) {
  JsonWriter json;
  json.begin_object();
  policy.max_secret_age_days ? json.number("max_secret_age_days", *policy.max_secret_age_days)
                             : json.null("max_secret_age_days");
  policy.max_lifetime_days ? json.number("max_lifetime_days", *policy.max_lifetime_days)
                           : json.null("max_lifetime_days");
  json.begin_array("reminder_days");
  for (const std::int64_t days : policy.reminder_days) json.number(days);
  json.end_array()
      .text("on_due", to_string(policy.on_due))
      .number("overlap_seconds", policy.overlap_ms / 1000)
      .text("on_exposure", to_string(policy.on_exposure))
      .number("exposure_overlap_seconds", policy.exposure_overlap_ms / 1000)
      .end_object();
  return json_response(200, json.take());
}

class PolicyReader {
 public:
  PolicyReader(JsonValue& document, Mistakes& mistakes) : fields_(document, "", mistakes) {}

  KeyPolicy read() {
    KeyPolicy policy;
    policy.max_secret_age_days = days("max_secret_age_days");
    policy.max_lifetime_days = days("max_lifetime_days");
    reminders(policy);
    choice("on_due", "\"report\", \"disable\" or \"rotate\"", parse_on_due, policy.on_due);
    overlap("overlap_seconds", policy.overlap_ms);
    choice("on_exposure", "\"alert\", \"rotate\" or \"revoke\"", parse_on_exposure, policy.on_exposure);
    overlap("exposure_overlap_seconds", policy.exposure_overlap_ms);
    fields_.finish();
    return policy;
  }

 private:
  std::optional<std::int64_t> days(std::string_view name) {
    const auto value = fields_.integer_or_null(name);
    if (value && (*value < 1 || *value > KeyPolicy::kMaxDays)) {
      fields_.mistake(name, fmt::format("This must be 1 to {} days, or null.", KeyPolicy::kMaxDays));
    }
    return value;
  }

  void reminders(KeyPolicy& policy) {
    const JsonValue* const list = fields_.array("reminder_days");
    if (list == nullptr) return;
    policy.reminder_days.clear();
    for (const JsonValue& item : list->items) {
      const auto days = item.kind == JsonValue::Kind::kInteger ? std::optional(item.integer) : std::nullopt;
      if (!days || *days < 1 || *days > kMaxReminderDays || policy.reminder_days.size() >= KeyPolicy::kMaxReminders) {
        fields_.mistake("reminder_days", fmt::format("These are at most {} whole numbers of days, each 1 to {}.",
                                                     KeyPolicy::kMaxReminders, kMaxReminderDays));
        return;
      }
      policy.reminder_days.push_back(*days);
    }
    std::ranges::sort(policy.reminder_days, std::greater());
    const auto doubles = std::ranges::unique(policy.reminder_days);
    policy.reminder_days.erase(doubles.begin(), doubles.end());
  }

  template <class Parse, class Choice>
  void choice(std::string_view name, std::string_view known, const Parse& parse, Choice& out) {
    const auto text = fields_.text(name);
    if (!text) return;
    const auto value = parse(*text);
    if (!value) fields_.mistake(name, fmt::format("This must be {}.", known));
    out = value.value_or(out);
  }

  void overlap(std::string_view name, std::int64_t& out_ms) {
    const auto seconds = fields_.integer(name);
    if (!seconds) return;
    if (*seconds < 0 || *seconds > kMaxOverlapSeconds) {
      fields_.mistake(name, fmt::format("An overlap lasts 0 to {} seconds (90 days).", kMaxOverlapSeconds));
      return;
    }
    out_ms = *seconds * 1000;
  }

  FieldReader fields_;
};

Outcome get_policy(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  return policy_response(tenant->key_policy);
}

Outcome put_policy(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kManagePolicy);
  if (!tenant) return std::unexpected(tenant.error());
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  const KeyPolicy policy = PolicyReader(*document, mistakes).read();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  const auto changed = context.services.tenants.set_key_policy(tenant->id, policy);
  if (!changed) return std::unexpected(problem_of(changed.error()));
  return policy_response(changed->key_policy);
}

}  // namespace

void add_key_policy_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET", .path = "/v1/tenants/{tenant}/key-policy", .handle = with(context, get_policy)});
  router.add({.method = "PUT", .path = "/v1/tenants/{tenant}/key-policy", .handle = with(context, put_policy)});
}

}  // namespace latchkey::api
