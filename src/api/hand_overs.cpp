// Where secrets went: hand-overs of a key, the places that a tenant can choose from, and opening a link.
#include "api/authorize.h"
#include "api/confirmed_key.h"
#include "api/find_key.h"
#include "api/json_writer.h"
#include "api/read_body.h"
#include "api/resources.h"
#include "base/log.h"
#include "delivery/base64.h"
#include "lifecycle/hand_over.h"

namespace latchkey::api {
namespace {

constexpr std::size_t kProofDigits = 64;
constexpr std::size_t kMaxUserAgent = 512;

std::string_view kind_of(store::HandOverTask task) {
  switch (task) {
    case store::HandOverTask::kLink: return "link";
    case store::HandOverTask::kStore: return "secret_manager";
    case store::HandOverTask::kTakeBack: return "take_back";
  }
  return "";
}

// A link whose time is over shows nothing, also before anybody has written that down.
std::string_view status_of(const store::HandOverRecord& record, Instant now) {
  switch (record.status) {
    case store::HandOverStatus::kPending: return record.expires_at && *record.expires_at <= now ? "expired" : "pending";
    case store::HandOverStatus::kDone: return "done";
    case store::HandOverStatus::kFailed: return "failed";
    case store::HandOverStatus::kWithdrawn: return "withdrawn";
    case store::HandOverStatus::kExpired: return "expired";
  }
  return "";
}

void write_text(JsonWriter& json, std::string_view name, const std::string& text) {
  text.empty() ? json.null(name) : json.text(name, text);
}

void write_hand_over(JsonWriter& json, const store::HandOverRecord& record, Instant now) {
  json.begin_object()
      .text("id", record.id.to_string())
      .text("kind", kind_of(record.task))
      .text("status", status_of(record, now))
      .number("generation", record.generation);
  write_text(json, "manager", record.manager);
  write_text(json, "path", record.path);
  write_text(json, "recipient", record.recipient);
  json.number("tries", record.tries).time("next_attempt_at", record.next_attempt_at);
  write_text(json, "last_error", record.last_error);
  json.time("created_at", record.created_at).time("expires_at", record.expires_at).time("done_at", record.done_at);
  write_text(json, "address", record.done_address ? record.done_address->to_string() : std::string());
  write_text(json, "user_agent", record.done_user_agent);
  json.end_object();
}

Problem no_such_hand_over() { return not_found("There is no such hand-over."); }

std::expected<store::HandOverRecord, Problem> find_hand_over(const ApiContext& context, std::string_view text) {
  const auto id = HandOverId::parse(text);
  if (!id) return std::unexpected(no_such_hand_over());
  auto record = context.services.hand_overs.find_hand_over(*id);
  if (record) return std::move(*record);
  return std::unexpected(record.error().code == ErrorCode::kNotFound ? no_such_hand_over()
                                                                     : problem_of(record.error()));
}

Outcome list_hand_overs(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  const auto records = context.services.hand_overs.hand_overs(tenant->id, key->id);
  if (!records) return std::unexpected(problem_of(records.error()));
  const Instant now = context.services.clock.now();
  JsonWriter json;
  json.begin_object().begin_array("data");
  for (const store::HandOverRecord& record : *records) write_hand_over(json, record, now);
  json.end_array().end_object();
  return json_response(200, json.take());
}

Outcome withdraw(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  const auto change = read_key_change(context, request);
  if (!change) return std::unexpected(change.error());
  if (auto refused = refuse_fields(request)) return std::unexpected(std::move(*refused));
  auto record = find_hand_over(context, request.parameters[2]);
  if (!record) return std::unexpected(record.error());
  if (record->key != change->key.id) return std::unexpected(no_such_hand_over());
  if (record->status == store::HandOverStatus::kPending) {
    if (record->task != store::HandOverTask::kLink) {
      return std::unexpected(conflict("Only links can be withdrawn. Cancel the rotation to take the secret back out."));
    }
    record->status = store::HandOverStatus::kWithdrawn;
    record->sealed.clear();
    record->next_attempt_at.reset();
    const auto noted = services.hand_overs.note_hand_over(*record);
    if (!noted && noted.error().code != ErrorCode::kConflict) return std::unexpected(problem_of(noted.error()));
    // Opened at the same moment: then that is what is shown.
    if (!noted) record = find_hand_over(context, request.parameters[2]);
    if (!record) return std::unexpected(record.error());
  }
  JsonWriter json;
  write_hand_over(json, *record, services.clock.now());
  return json_response(200, json.take());
}

Outcome list_places(const ApiContext& context, ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kRead);
  if (!tenant) return std::unexpected(tenant.error());
  JsonWriter json;
  json.begin_object().flag("link", context.services.places.mails_links()).begin_array("secret_managers");
  for (const auto& manager : context.services.places.managers_of(*tenant)) {
    json.begin_object()
        .text("name", manager.name)
        .text("kind", manager.kind)
        .text("path_prefix", manager.path_prefix)
        .end_object();
  }
  json.end_array().end_object();
  return json_response(200, json.take());
}

// For whoever got the link. What goes to a secret manager is nobody's to ask about.
std::expected<store::HandOverRecord, Problem> find_link(const ApiContext& context, std::string_view text) {
  auto record = find_hand_over(context, text);
  if (record && record->task != store::HandOverTask::kLink) return std::unexpected(no_such_hand_over());
  return record;
}

Outcome get_hand_over(const ApiContext& context, ApiRequest& request) {
  const auto record = find_link(context, request.parameters[0]);
  if (!record) return std::unexpected(record.error());
  const auto tenant = context.services.store.find_tenant(record->tenant);
  if (!tenant) return std::unexpected(problem_of(tenant.error()));
  const auto key = context.services.store.find_key(record->key);
  if (!key) return std::unexpected(no_such_hand_over());
  JsonWriter json;
  json.begin_object()
      .text("id", record->id.to_string())
      .text("status", status_of(*record, context.services.clock.now()))
      .text("nickname", key->key.nickname)
      .text("account", tenant->name)
      .time("expires_at", record->expires_at)
      .time("done_at", record->done_at)
      .end_object();
  return json_response(200, json.take());
}

Problem can_not_be_opened(std::string_view status) {
  if (status == "done") {
    return conflict(
        "This link was opened already, and opens once. If that was not you, tell whoever sent it at once: the key must "
        "be replaced.");
  }
  if (status == "withdrawn") return conflict("This link was withdrawn. Ask whoever sent it for a new one.");
  return conflict("This link is too old. Ask whoever sent it for a new one.");
}

Outcome open_hand_over(const ApiContext& context, ApiRequest& request) {
  const ApiServices& services = context.services;
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  fields.require("proof");
  const auto proof = fields.text("proof");
  if (proof && proof->size() != kProofDigits) fields.mistake("proof", "This is 64 hexadecimal digits.");
  fields.finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  auto record = find_link(context, request.parameters[0]);
  if (!record) return std::unexpected(record.error());
  // The same as for a link that does not exist, so that an id alone tells nothing more.
  if (!lifecycle::proof_is_right(*record, *proof)) return std::unexpected(no_such_hand_over());
  const Instant now = services.clock.now();
  const std::string_view status = status_of(*record, now);
  if (status != "pending") return std::unexpected(can_not_be_opened(status));

  const std::vector<std::uint8_t> box = std::exchange(record->sealed, {});
  record->status = store::HandOverStatus::kDone;
  record->next_attempt_at.reset();
  record->done_at = now;
  record->done_address = request.peer.address;
  record->done_user_agent = std::string(request.head.find("User-Agent")).substr(0, kMaxUserAgent);
  // Written before it is shown: of two who open it at once only one gets it.
  const auto noted = services.hand_overs.note_hand_over(*record);
  if (!noted) {
    return std::unexpected(noted.error().code == ErrorCode::kConflict ? can_not_be_opened("done")
                                                                      : problem_of(noted.error()));
  }
  log::info("hand_over.opened", {{"hand_over", record->id.to_string()},
                                 {"key", record->key.to_string()},
                                 {"address", request.peer.address.to_string()}});
  JsonWriter json;
  json.begin_object()
      .text("box", delivery::to_base64({reinterpret_cast<const char*>(box.data()), box.size()}))
      .end_object();
  return json_response(200, json.take());
}

}  // namespace

void add_hand_over_routes(Router& router, const ApiContext& context) {
  const auto add = [&](std::string_view method, std::string_view path, auto handler,
                       Access access = Access::kSignedIn) {
    router.add({.method = method, .path = path, .access = access, .handle = with(context, handler)});
  };
  add("GET", "/v1/tenants/{tenant}/api-keys/{id}/hand-overs", list_hand_overs);
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/hand-overs/{hand_over}/withdraw", withdraw);
  add("GET", "/v1/tenants/{tenant}/hand-over-places", list_places);
  add("GET", "/v1/hand-overs/{hand_over}", get_hand_over, Access::kAnyone);
  add("POST", "/v1/hand-overs/{hand_over}/open", open_hand_over, Access::kAnyone);
}

}  // namespace latchkey::api
