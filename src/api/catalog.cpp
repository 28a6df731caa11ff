// /v1/catalog: what the console's pickers offer.
#include "api/resource_json.h"
#include "api/resources.h"

namespace latchkey::api {
namespace {

using catalog::Catalog;
using catalog::RestrictionKind;
using catalog::Subject;

std::string_view to_string(RestrictionKind kind) {
  switch (kind) {
    case RestrictionKind::kOperations: return "operations";
    case RestrictionKind::kChannels: return "channels";
    case RestrictionKind::kAttributes: return "attributes";
    case RestrictionKind::kIpRanges: return "ip_ranges";
  }
  return "";
}

void write_access_types(JsonWriter& json, const Catalog& catalog) {
  json.begin_array("access_types");
  for (const catalog::AccessType& type : catalog.access_types()) {
    json.begin_object()
        .text("id", type.id)
        .text("title", type.title)
        .text("description", type.description)
        .number("operation_count", static_cast<std::int64_t>(type.operations.count()))
        .begin_array("restrictions");
    for (const RestrictionKind kind : type.restrictions) json.text(to_string(kind));
    json.end_array().end_object();
  }
  json.end_array();
}

void write_operation(JsonWriter& json, const catalog::Operation& operation, const Catalog& catalog) {
  json.begin_object()
      .text("id", operation.id)
      .text("method", operation.method)
      .text("path", operation.path)
      .text("summary", operation.summary)
      .begin_array("access_types");
  for (const catalog::AccessType& type : catalog.access_types()) {
    if (type.operations.contains(operation.index)) json.text(type.id);
  }
  json.end_array()
      .flag("channels", operation.concerns(Subject::kChannel))
      .flag("attributes", operation.concerns(Subject::kAttribute))
      .end_object();
}

void write_groups(JsonWriter& json, const Catalog& catalog) {
  json.begin_array("groups");
  for (const catalog::Group& group : catalog.groups()) {
    json.begin_object().text("id", group.id).text("title", group.title).begin_array("operations");
    for (const catalog::Operation& operation : catalog.operations()) {
      if (operation.group == group.id) write_operation(json, operation, catalog);
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write_rate_classes(JsonWriter& json, const Catalog& catalog) {
  json.begin_array("rate_classes");
  for (std::size_t i = 0; i < catalog.rate_classes().size(); ++i) {
    const catalog::RateClass& rate_class = catalog.rate_classes()[i];
    json.begin_object()
        .text("id", rate_class.id)
        .flag("is_default", i == catalog.default_rate_class())
        .begin_array("operations");
    for (const catalog::Operation& operation : catalog.operations()) {
      if (operation.rate_class == i) json.text(operation.id);
    }
    json.end_array().begin_array("limits");
    for (std::size_t l = 0; l < rate_class.limits.size(); ++l) {
      const RateLimit& limit = rate_class.limits[l];
      json.begin_object()
          .text("name", limit.name)
          .number("requests", static_cast<std::int64_t>(limit.limit))
          .number("window_seconds", limit.window_ms / 1'000)
          .number("most", static_cast<std::int64_t>(rate_class.most[l]))
          .end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().begin_object("costs");
  for (const catalog::Operation& operation : catalog.operations()) {
    if (operation.cost != 1) json.number(operation.id, operation.cost);
  }
  json.end_object();
}

std::string catalog_json(const Catalog& catalog, std::string_view gateway_url) {
  JsonWriter json;
  json.begin_object()
      .text("title", catalog.title())
      .text("version", catalog.version())
      .number("operation_count", static_cast<std::int64_t>(catalog.operations().size()));
  if (!gateway_url.empty()) json.text("gateway_url", gateway_url);
  write_access_types(json, catalog);
  write_groups(json, catalog);
  write_rate_classes(json, catalog);
  json.begin_array("channels");
  for (const catalog::Channel& channel : catalog.channels()) {
    write_channel(json.begin_object().member("id"), channel.id, catalog);
    json.text("name", channel.name).end_object();
  }
  json.end_array().begin_array("attributes");
  for (const catalog::Attribute& attribute : catalog.attributes()) {
    json.begin_object().text("name", attribute.name);
    if (!attribute.description.empty()) json.text("description", attribute.description);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

Outcome get_catalog(const ApiContext& context, ApiRequest&) {
  return json_response(200, catalog_json(context.services.catalog, context.services.gateway_url));
}

}  // namespace

void add_catalog_routes(Router& router, const ApiContext& context) {
  router.add({.method = "GET", .path = "/v1/catalog", .handle = with(context, get_catalog)});
}

}  // namespace latchkey::api
