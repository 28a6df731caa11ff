// /v1/request-links: what a third party without an account sees of the link they were sent, and sends back. Whatever is wrong,
// the id or the token, the answer is the same 404; the token travels in a header, so that no log of addresses holds it.
#include "api/key_input.h"
#include "api/read_body.h"
#include "api/resource_json.h"
#include "api/resources.h"
#include "base/log.h"

namespace latchkey::api {
namespace {

using catalog::RestrictionKind;
using catalog::Subject;
using store::KeyRequestRecord;

constexpr std::string_view kTokenField = "Request-Link-Token";
constexpr std::size_t kMaxFormBytes = 64 * 1024;

std::expected<KeyRequestRecord, Problem> find_form(const ApiContext& context, const ApiRequest& request) {
  if (const std::int64_t wait_s = context.askers.take(request.peer.address); wait_s > 0) {
    return std::unexpected(too_many_requests(wait_s));
  }
  // The nil id names nothing, so that an id that can't be one is answered in the same words.
  const KeyRequestId id = KeyRequestId::parse(request.parameters[0]).value_or(KeyRequestId());
  auto record = context.services.key_requests.find(id, request.head.find(kTokenField));
  if (!record) return std::unexpected(problem_of(record.error()));
  return std::move(*record);
}

void write_operations(JsonWriter& json, const catalog::AccessType& type, const catalog::Catalog& catalog) {
  json.begin_array("groups");
  for (const catalog::Group& group : catalog.groups()) {
    bool begun = false;
    for (const catalog::Operation& operation : catalog.operations()) {
      if (operation.group != group.id || !type.operations.contains(operation.index)) continue;
      if (!begun) json.begin_object().text("id", group.id).text("title", group.title).begin_array("operations");
      begun = true;
      json.begin_object()
          .text("id", operation.id)
          .text("method", operation.method)
          .text("path", operation.path)
          .text("summary", operation.summary)
          .flag("channels", operation.concerns(Subject::kChannel))
          .flag("attributes", operation.concerns(Subject::kAttribute))
          .end_object();
    }
    if (begun) json.end_array().end_object();
  }
  json.end_array();
}

void write_channels(JsonWriter& json, const catalog::AccessType& type, const Tenant& tenant,
                    const catalog::Catalog& catalog) {
  json.begin_array("channels");
  for (const catalog::Channel& channel : catalog.channels()) {
    const auto& enabled = tenant.enabled_channels;
    const bool offered = enabled.empty() || std::ranges::find(enabled, channel.id) != enabled.end();
    if (!offered || !type.takes(RestrictionKind::kChannels)) continue;
    write_channel(json.begin_object().member("id"), channel.id, catalog);
    json.text("name", channel.name).end_object();
  }
  json.end_array();
}

void write_attributes(JsonWriter& json, const catalog::AccessType& type, const catalog::Catalog& catalog) {
  json.begin_array("attributes");
  for (const catalog::Attribute& attribute : catalog.attributes()) {
    if (!type.takes(RestrictionKind::kAttributes)) continue;
    json.begin_object().text("name", attribute.name);
    if (!attribute.description.empty()) json.text("description", attribute.description);
    json.end_object();
  }
  json.end_array();
}

// What can be asked for is told only while asking is possible.
ApiResponse form_response(const ApiContext& context, const KeyRequestRecord& record, const Tenant& tenant) {
  const catalog::Catalog& catalog = context.services.catalog;
  const Instant now = context.services.clock.now();
  JsonWriter json;
  json.begin_object()
      .text("id", record.id.to_string())
      .text("status", to_string(lifecycle::status_of(record, now)))
      .text("account", tenant.name);
  record.note.empty() ? json.null("note") : json.text("note", record.note);
  json.text("api", catalog.title()).time("expires_at", record.expires_at);
  json.time("submitted_at", record.submitted_at);
  const catalog::AccessType* type = catalog.find_access_type(record.access_type);
  if (type == nullptr || !lifecycle::takes_submissions(record, now)) {
    json.null("offer");
  } else {
    json.begin_object("offer").text("title", type->title).text("description", type->description);
    write_operations(json, *type, catalog);
    write_channels(json, *type, tenant, catalog);
    write_attributes(json, *type, catalog);
    json.flag("ip_ranges", type->takes(RestrictionKind::kIpRanges)).end_object();
  }
  json.end_object();
  return json_response(200, json.take());
}

Outcome get_form(const ApiContext& context, ApiRequest& request) {
  const auto record = find_form(context, request);
  if (!record) return std::unexpected(record.error());
  const auto tenant = context.services.store.find_tenant(record->tenant);
  if (!tenant) return std::unexpected(problem_of(tenant.error()));
  return form_response(context, *record, *tenant);
}

std::expected<lifecycle::AskForKey, Problem> read_form(const ApiRequest& request) {
  if (request.body.size() > kMaxFormBytes) return std::unexpected(too_large("Send at most 64 KiB."));
  auto document = read_object(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  for (const std::string_view name : {"asker", "contact_email", "application", "restrictions"}) fields.require(name);
  lifecycle::AskForKey asked;
  asked.asker = fields.text("asker").value_or("");
  asked.organisation = fields.text_or_null("organisation").value_or("");
  asked.contact_email = fields.text("contact_email").value_or("");
  asked.application = fields.text("application").value_or("");
  asked.purpose = fields.text_or_null("purpose").value_or("");
  asked.restrictions = read_restrictions(fields, mistakes).value_or(lifecycle::RestrictionsInput());
  fields.finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  return asked;
}

Outcome submit_form(const ApiContext& context, ApiRequest& request) {
  lifecycle::KeyRequests& requests = context.services.key_requests;
  const auto found = find_form(context, request);
  if (!found) return std::unexpected(found.error());
  const auto asked = read_form(request);
  if (!asked) return std::unexpected(asked.error());
  const auto record = requests.submit(found->id, request.head.find(kTokenField), *asked);
  if (!record) return std::unexpected(problem_of(record.error()));
  const auto tenant = context.services.store.find_tenant(record->tenant);
  if (!tenant) return std::unexpected(problem_of(tenant.error()));
  log::info("key_request.submitted", {{"key_request", record->id.to_string()},
                                      {"address", request.peer.address.to_string()},
                                      {"submissions", std::to_string(record->submissions)}});
  return form_response(context, *record, *tenant);
}

}  // namespace

void add_request_form_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET",
              .path = "/v1/request-links/{request_link}",
              .access = Access::kAnyone,
              .handle = with(context, get_form)});
  router.add({.method = "POST",
              .path = "/v1/request-links/{request_link}/submit",
              .access = Access::kAnyone,
              .handle = with(context, submit_form)});
}

}  // namespace latchkey::api
