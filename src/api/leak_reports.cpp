// POST /v1/leak-reports, by which scanners report secrets that they found in public, each report signed; and
// /v1/tenants/{tenant}/api-keys/{id}/exposures.
#include "api/authorize.h"
#include "api/find_key.h"
#include "api/query.h"
#include "api/read_body.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "base/log.h"
#include "delivery/base64.h"

namespace latchkey::api {
namespace {

using exposure::ReportedToken;

constexpr std::size_t kMaxTypeBytes = 200;

// The one field of this name; of several none counts.
std::string_view only(const net::RequestHead& head, std::string_view name) {
  return head.count(name) == 1 ? head.find(name) : std::string_view();
}

// The same for every report that nobody known here has signed, whatever is wrong with it.
Problem refuse_signature(const LeakReporting& reporting, const ApiRequest& request, const Clock& clock) {
  log::warn("leak_report.refused", {{"address", request.peer.address.to_string()}, {"request_id", request.request_id}});
  if (const auto wait_ns = reporting.refused.note(request.peer.address, clock.steady_ns())) {
    return too_many_reports((*wait_ns + 999'999'999) / 1'000'000'000);
  }
  return signature_refused();
}

// Members that nobody here knows are left alone: GitHub may send more one day.
std::string take_text(JsonValue& object, std::string_view name, const std::string& pointer, bool required,
                      std::vector<lifecycle::FieldError>& mistakes) {
  const auto at = std::ranges::find(object.members, name, &JsonMember::name);
  const bool absent = at == object.members.end() || at->value.kind == JsonValue::Kind::kNull;
  if (absent && !required) return {};
  if (absent || at->value.kind != JsonValue::Kind::kString) {
    mistakes.push_back({pointer_to(pointer, name), "This must be a string."});
    return {};
  }
  return std::move(at->value.text);
}

std::expected<std::vector<ReportedToken>, Problem> read_tokens(const ApiRequest& request) {
  auto document = read_array(request);
  if (!document) return std::unexpected(std::move(document.error()));
  std::vector<lifecycle::FieldError> mistakes;
  if (document->items.size() > exposure::kMaxReportedTokens) {
    mistakes.push_back({"", fmt::format("A report has at most {} tokens.", exposure::kMaxReportedTokens)});
    return std::unexpected(invalid_fields(std::move(mistakes)));
  }
  std::vector<ReportedToken> tokens;
  for (std::size_t i = 0; i < document->items.size(); ++i) {
    JsonValue& item = document->items[i];
    const std::string pointer = pointer_to("", i);
    if (item.kind != JsonValue::Kind::kObject) {
      mistakes.push_back({pointer, "This must be an object with a token."});
      continue;
    }
    ReportedToken& token = tokens.emplace_back();
    token.token = Secret(take_text(item, "token", pointer, true, mistakes));
    token.type = take_text(item, "type", pointer, false, mistakes);
    token.url = take_text(item, "url", pointer, false, mistakes);
    token.source = take_text(item, "source", pointer, false, mistakes);
    if (token.type.size() > kMaxTypeBytes) {
      mistakes.push_back({pointer_to(pointer, "type"), fmt::format("This may have {} bytes.", kMaxTypeBytes)});
    }
  }
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  return tokens;
}

// By form and checksum alone: who reports a token learns nothing about it that they could not compute.
std::string feedback(const exposure::LeakReports& reports, const std::vector<ReportedToken>& tokens) {
  JsonWriter json;
  json.begin_array();
  for (const ReportedToken& token : tokens) {
    const credential::Digest hash = credential::sha256(token.token.expose());
    json.begin_object()
        .text("token_hash", delivery::to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()}))
        .text("token_type", token.type)
        .text("label", reports.is_well_formed(token.token.expose()) ? "true_positive" : "false_positive")
        .end_object();
  }
  json.end_array();
  return json.take();
}

Outcome take_report(const ApiContext& context, ApiRequest& request) {
  const std::optional<LeakReporting>& reporting = context.services.leak_reports;
  if (!reporting) return std::unexpected(not_found("Leak reports are not taken here."));
  const exposure::LeakReports::Turn turn(reporting->reports);
  if (!turn) return std::unexpected(overloaded());
  const auto signer =
      reporting->signers.signer_of({.body = request.body,
                                    .github_key = only(request.head, "Github-Public-Key-Identifier"),
                                    .github_signature = only(request.head, "Github-Public-Key-Signature"),
                                    .scanner = only(request.head, "Latchkey-Scanner"),
                                    .scanner_signature = only(request.head, "Latchkey-Signature")});
  if (!signer) return std::unexpected(refuse_signature(*reporting, request, context.services.clock));
  const auto tokens = read_tokens(request);
  if (!tokens) return std::unexpected(tokens.error());
  if (const auto taken = reporting->reports.take(*signer, *tokens); !taken) {
    return std::unexpected(problem_of(taken.error()));
  }
  return json_response(200, feedback(reporting->reports, *tokens));
}

Outcome list_exposures(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  if (auto wrong = QueryReader(request.query).finish()) return std::unexpected(std::move(*wrong));
  auto exposures = context.services.exposures.of(tenant->id, {*key});
  if (!exposures) return std::unexpected(problem_of(exposures.error()));
  std::ranges::sort(*exposures, std::greater(), &KeyExposure::last_at);
  const Instant now = context.services.clock.now();
  JsonWriter json;
  json.begin_object();
  write_page(json, *exposures, "", [&](const KeyExposure& each) {
    json.begin_object();
    write_exposure(json, each);
    json.text("action", to_string(each.action))
        .time("acted_at", each.acted_at)
        .flag("works", exposure::is_working(*key, each.secret, now))
        .end_object();
  });
  json.end_object();
  return json_response(200, json.take());
}

}  // namespace

void add_leak_routes(Router& router, const ApiContext& context) {
  router.add(
      {.method = "POST", .path = "/v1/leak-reports", .access = Access::kAnyone, .handle = with(context, take_report)});
  router.add({.method = "GET",
              .path = "/v1/tenants/{tenant}/api-keys/{id}/exposures",
              .handle = with(context, list_exposures)});
}

}  // namespace latchkey::api
