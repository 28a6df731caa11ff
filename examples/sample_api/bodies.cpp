#include <nlohmann/json.hpp>

#include "sample_api/operations.h"

namespace latchkey::sample {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxCustomers = 50'000;

struct Shape {
  std::string_view operation;
  bool rows = false;                        // a list of objects, rather than one object
  std::vector<const char*> numbers, texts;  // members that must be there
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = {
      {"registereventlistener", false, {"EventTypeID"}, {"ListenerURL"}},
      {"unregistereventlistener", false, {"EventTypeID"}, {}},
      {"addcustomerattribute", true, {}, {"RealFieldName"}},
      {"updatecustomerattributes", true, {}, {"CustomerID"}},
      {"removecustomerpii", false, {}, {}},
      {"addchanneltemplates", true, {"TemplateID"}, {"TemplateName"}},
      {"deletechanneltemplates", true, {"ChannelID", "TemplateID"}, {}},
      {"addchannelapps", true, {"ChannelID"}, {"AppID"}},
      {"deletechannelapps", true, {"ChannelID"}, {"AppID"}},
      {"addpromotions", true, {}, {"PromoCode"}},
      {"deletepromotions", true, {}, {"PromoCode"}},
      {"updatecampaignmetrics", true, {"ChannelID", "CampaignID"}, {}},
      {"updatecampaigninteractions", false, {"CampaignID", "ChannelID"}, {}},
      {"setcustomerchannelpreference", false, {"ChannelID"}, {}},
      {"updatecustomerpromotionstatus", true, {}, {}},
      {"addtemplate", false, {}, {}},
      {"updatetemplate", false, {}, {}},
      {"addunsubscribers", true, {}, {}},
      {"deleteunsubscribers", true, {}, {}},
      {"sendtransactionalmail", false, {"TemplateID"}, {}},
      {"sendfinalizedtransactionalmail", false, {"BrandID"}, {"FromEmail", "Subject", "Html"}},
  };
  return all;
}

const Shape* shape_of(std::string_view name) {
  for (const Shape& shape : shapes()) {
    if (shape.operation == name) return &shape;
  }
  return nullptr;
}

std::optional<std::string> check_object(const json& object, const Shape& shape) {
  if (!object.is_object()) return "The body's rows must be objects.";
  for (const char* name : shape.numbers) {
    if (!object.contains(name) || !object[name].is_number_integer())
      return fmt::format("{} must be a whole number.", name);
  }
  for (const char* name : shape.texts) {
    if (!object.contains(name) || !object[name].is_string()) return fmt::format("{} must be text.", name);
  }
  for (const char* name : {"CustomerIDs", "Recipients"}) {
    if (!object.contains(name)) continue;
    if (!object[name].is_array()) return fmt::format("{} must be a list.", name);
    const std::size_t most = name[0] == 'R' ? 200 : kMaxCustomers;
    if (object[name].size() > most) return fmt::format("{} can hold at most {}.", name, most);
  }
  if (shape.operation.starts_with("send") && !object.contains("Recipients")) return "Recipients must be a list.";
  return std::nullopt;
}

}  // namespace

bool is_post(std::string_view lower_name) { return shape_of(lower_name) != nullptr; }

std::optional<std::string> check_body(std::string_view lower_name, const Query& query, std::string_view body,
                                      std::string& unique_id) {
  const Shape& shape = *shape_of(lower_name);
  const json document = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return "The body is not valid JSON.";
  if (lower_name == "addchanneltemplates" && query.find("channelid") == nullptr) return "ChannelID must be given.";
  if (!shape.rows) {
    if (document.is_object() && document.contains("UniqueMessageID") && document["UniqueMessageID"].is_string()) {
      unique_id = document["UniqueMessageID"].get<std::string>();
    }
    return check_object(document, shape);
  }
  if (!document.is_array()) return "The body must be a list.";
  if (document.size() > kMaxCustomers) return "The body can hold at most 50000 rows.";
  const bool plain_rows = shape.numbers.empty() && shape.texts.empty();
  for (const json& row : document) {
    if (plain_rows && !row.is_object()) continue;
    if (auto problem = check_object(row, shape)) return problem;
  }
  return std::nullopt;
}

}  // namespace latchkey::sample
