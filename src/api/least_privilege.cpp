// /v1/tenants/{tenant}/api-keys/{id}/least-privilege: what a key may do against what it did.
#include "api/authorize.h"
#include "api/find_key.h"
#include "api/query.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "api/trial_json.h"
#include "lifecycle/validate.h"
#include "privilege/proposal.h"

namespace latchkey::api {
namespace {

using privilege::LeastPrivilege;
using privilege::Usable;

static_assert(privilege::kMaxOperationsNamed <= lifecycle::kMaxKeyOperations, "a proposal is one that can be set");

constexpr std::int64_t kMaxDays = 365;
constexpr std::int64_t kDefaultDays = 30;

// What is kept of the last days: whole days in UTC, of which today is the last.
struct Past {
  std::int64_t days = 0, first_day = 0, today = 0;
  Instant since() const { return {first_day * store::kDayMs}; }

  std::map<std::string, std::uint64_t> requests;  // allowed, by operation
  std::vector<store::Observation> observations;
  store::AddressReport addresses;
  bool every_address = false;
};

Result<Past> read_past(const ApiServices& services, const ApiKey& key, std::int64_t days) {
  Past past;
  past.days = days;
  past.today = services.clock.now().unix_ms / store::kDayMs;
  past.first_day = past.today - days + 1;
  LK_TRY(services.flush_usage());
  LK_ASSIGN(const store::UsageReport report, services.usage.report({.tenant = key.tenant,
                                                                    .keys = {key.id},
                                                                    .from = past.since(),
                                                                    .to = {(past.today + 1) * store::kDayMs},
                                                                    .granularity = store::Granularity::kDay,
                                                                    .group = store::UsageGroup::kOperation,
                                                                    .outcome = "allowed"}));
  for (const store::UsageSeries& series : report.series) past.requests[series.name] = series.total;
  LK_ASSIGN(past.observations, services.usage.observations(key.tenant, key.id, past.since()));
  LK_ASSIGN(past.addresses, services.usage.addresses(key.tenant, key.id, past.first_day, past.today));
  // Addresses are kept for a shorter time than the rest.
  const std::int64_t kept_from = past.today - store::UsageStore::kAddressesKeptMs / store::kDayMs + 1;
  past.every_address =
      !past.addresses.more && std::max(past.first_day, key.created_at.unix_ms / store::kDayMs) >= kept_from;
  return past;
}

void write_use(JsonWriter& json, const Usable& item) {
  json.flag("used", item.last_used.has_value()).time("last_used_at", item.last_used);
}

template <class Name>
void write_subject(JsonWriter& json, std::string_view member, const privilege::Subject& subject,
                   const Name& write_name) {
  json.begin_object(member)
      .flag("applies", subject.applies)
      .flag("all_asked", subject.all_asked)
      .flag("known", subject.known)
      .begin_array("items");
  for (const Usable& item : subject.items) {
    json.begin_object();
    write_name(item.index);
    write_use(json, item);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_uses(JsonWriter& json, const catalog::Catalog& catalog, const Past& past, const LeastPrivilege& found) {
  std::int64_t requests = 0;
  for (const auto& [operation, count] : past.requests) requests += static_cast<std::int64_t>(count);
  json.number("requests", requests).begin_array("operations");
  for (const Usable& item : found.operations) {
    const std::string& id = catalog.operations()[item.index].id;
    const auto count = past.requests.find(id);
    json.begin_object().text("id", id);
    write_use(json, item);
    json.number("requests", count == past.requests.end() ? 0 : static_cast<std::int64_t>(count->second)).end_object();
  }
  json.end_array();
  write_subject(json, "channels", found.channels, [&](std::uint16_t index) {
    const catalog::Channel& channel = catalog.channels()[index];
    json.member("id");
    write_channel(json, channel.id, catalog);
    json.text("name", channel.name);
  });
  write_subject(json, "attributes", found.attributes,
                [&](std::uint16_t index) { json.text("name", catalog.attributes()[index].name); });
  json.begin_array("addresses");
  for (const store::AddressUse& use : past.addresses.addresses) {
    json.begin_object()
        .text("address", use.address.to_string())
        .time("last_used_at", use.last)
        .number("requests", static_cast<std::int64_t>(use.count))
        .end_object();
  }
  json.end_array().begin_array("networks");
  for (const IpRange& network : found.networks) json.text(network.to_string());
  json.end_array();
}

void write_proposal(JsonWriter& json, const catalog::Catalog& catalog, const LeastPrivilege& found) {
  if (found.proposal) {
    json.member("proposal");
    write_restrictions(json, *found.proposal, catalog);
  } else {
    json.null("proposal");
  }
  json.begin_object("removes")
      .number("operations", static_cast<std::int64_t>(found.removed_operations))
      .number("channels", static_cast<std::int64_t>(found.removed_channels))
      .number("attributes", static_cast<std::int64_t>(found.removed_attributes))
      .end_object()
      .begin_array("notes");
  for (const std::string& note : found.notes) json.text(note);
  json.end_array();
}

Outcome get_least_privilege(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto tenant = reach_tenant(services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto record = find_key_record(context, *tenant, request);
  if (!record) return std::unexpected(record.error());
  QueryReader query(request.query);
  const std::int64_t days = query.integer("days", 1, kMaxDays).value_or(kDefaultDays);
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));

  const auto past = read_past(services, record->key, days);
  if (!past) return std::unexpected(problem_of(past.error()));
  const LeastPrivilege found = privilege::least_privilege({.key = record->key,
                                                           .tenant = *tenant,
                                                           .catalog = services.catalog,
                                                           .observations = past->observations,
                                                           .addresses = past->addresses.addresses,
                                                           .every_address = past->every_address});
  JsonWriter json;
  json.begin_object().number("days", days).time("observed_since", std::max(past->since(), record->key.created_at));
  write_uses(json, services.catalog, *past, found);
  write_proposal(json, services.catalog, found);
  if (record->trial) {
    json.member("trial");
    if (auto written = write_trial(json, context, record->trial->trial); !written)
      return std::unexpected(std::move(written.error()));
  } else {
    json.null("trial");
  }
  return json_response(200, json.end_object().take());
}

}  // namespace

void add_least_privilege_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET",
              .path = "/v1/tenants/{tenant}/api-keys/{id}/least-privilege",
              .handle = with(context, get_least_privilege)});
}

}  // namespace latchkey::api
