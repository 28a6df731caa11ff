#include "catalog/builder.h"

#include "catalog/matcher.h"
#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::string_view kMethods[] = {"get", "put", "post", "delete", "patch", "head", "options", "trace"};

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return text;
}

bool is_canonical_number(std::string_view text) {
  return !text.empty() && text.size() <= 18 && (text.size() == 1 || text[0] != '0') &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

struct Builder::Place {
  bool present = false;
  Subject subject = Subject::kChannel;
  WhenAbsent when_absent = WhenAbsent::kNothing;
  std::string separators, delimiter_parameter, rule, parameter;
  std::vector<std::string> everything, keep;
};

void Builder::error(const YAML::Mark& mark, std::string message) {
  diagnostics_.push_back({file_, mark.line < 0 ? 1 : mark.line + 1, mark.column < 0 ? 1 : mark.column + 1, true, std::move(message)});
}

LoadResult Builder::take() {
  const bool failed = std::any_of(diagnostics_.begin(), diagnostics_.end(), [](const Diagnostic& d) { return d.error; });
  return {failed ? nullptr : std::move(catalog_), std::move(diagnostics_)};
}

void Builder::build(const YAML::Node& document) {
  document_ = document;
  if (!expect_map(document, "The document")) return;
  check_duplicates(document, 0);
  if (!diagnostics_.empty()) return;
  const std::string openapi = text(document, "openapi", true, "The document");
  if (!openapi.empty() && !openapi.starts_with("3.0.") && !openapi.starts_with("3.1.")) {
    error(document["openapi"].Mark(), fmt::format("OpenAPI {} is not supported; write 3.1.0.", openapi));
  }
  read_info();
  const YAML::Node settings = document["x-latchkey"];
  if (!settings) {
    error(document.Mark(), "The document has no x-latchkey section; docs/catalog.md shows what it must say.");
    return;
  }
  if (!expect_map(settings, "x-latchkey")) return;
  read_settings(settings);
  if (expect_map(document["paths"], "paths")) read_paths(document["paths"]);
  read_access_types(settings["access_types"]);
  check_sense();
}

bool Builder::expect_map(const YAML::Node& node, std::string_view what) {
  if (node && node.IsMap()) return true;
  error(node ? node.Mark() : YAML::Mark::null_mark(), fmt::format("{} must be a mapping.", what));
  return false;
}

// YAML forbids equal keys, yaml-cpp lets the first win: a mistake that would go unseen.
void Builder::check_duplicates(const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) return error(node.Mark(), "The document is nested more than 64 levels deep.");
  if (node.IsSequence()) {
    for (const auto& element : node) check_duplicates(element, depth + 1);
  } else if (node.IsMap()) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) {
        error(entry.first.Mark(), "A key must be plain text.");
      } else if (!seen.insert(entry.first.Scalar()).second) {
        error(entry.first.Mark(), fmt::format("The key \"{}\" stands twice in this mapping; keep one.", entry.first.Scalar()));
      }
      check_duplicates(entry.second, depth + 1);
    }
  }
}

void Builder::check_keys(const YAML::Node& map, std::initializer_list<std::string_view> known, std::string_view where) {
  for (const auto& entry : map) {
    const std::string& key = entry.first.Scalar();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    error(entry.first.Mark(), fmt::format("{} has no \"{}\"{}.", where, key, did_you_mean_of(key, {known.begin(), known.end()})));
  }
}

std::string Builder::text(const YAML::Node& map, const char* key, bool required, std::string_view where) {
  const YAML::Node node = map[key];
  if (!node) {
    if (required) error(map.Mark(), fmt::format("{} needs \"{}\".", where, key));
    return {};
  }
  if (node.IsScalar()) return node.Scalar();
  error(node.Mark(), fmt::format("\"{}\" must be text.", key));
  return {};
}

std::vector<std::string> Builder::texts(const YAML::Node& node, std::string_view where) {
  std::vector<std::string> out;
  if (!node) return out;
  if (!node.IsSequence()) return error(node.Mark(), fmt::format("{} must be a list.", where)), out;
  for (const auto& element : node) {
    if (element.IsScalar()) {
      out.push_back(element.Scalar());
    } else {
      error(element.Mark(), fmt::format("{} must hold text only.", where));
    }
  }
  return out;
}

bool Builder::flag(const YAML::Node& map, const char* key) {
  const YAML::Node node = map[key];
  if (!node) return false;
  if (node.IsScalar() && node.Scalar() == "true") return true;
  if (!node.IsScalar() || node.Scalar() != "false") error(node.Mark(), fmt::format("\"{}\" must be true or false.", key));
  return false;
}

// Follows $ref within the document.
YAML::Node Builder::resolve(YAML::Node node) {
  for (int hops = 0; node && node.IsMap() && node["$ref"]; ++hops) {
    const YAML::Node ref = node["$ref"];
    const std::string pointer = ref.IsScalar() ? ref.Scalar() : "";
    if (!pointer.starts_with("#/") || hops > 16) {
      error(ref.Mark(), hops > 16 ? "This $ref leads in a circle." : "A $ref must lead to a place in this document, such as \"#/components/schemas/Row\".");
      return YAML::Node(YAML::NodeType::Map);
    }
    YAML::Node at = document_;
    std::istringstream steps(pointer.substr(2));
    for (std::string step; at && std::getline(steps, step, '/');) {
      const YAML::Node next = at.IsMap() ? at[step] : YAML::Node(YAML::NodeType::Undefined);
      at.reset(next);
    }
    if (!at) {
      error(ref.Mark(), fmt::format("There is no {} in this document.", pointer));
      return YAML::Node(YAML::NodeType::Map);
    }
    node.reset(at);
  }
  return node;
}

void Builder::read_info() {
  const YAML::Node info = document_["info"];
  if (!expect_map(info, "info")) return;
  catalog_->title_ = text(info, "title", true, "info");
  catalog_->version_ = text(info, "version", true, "info");
}

void Builder::read_settings(const YAML::Node& settings) {
  check_keys(settings, {"version", "unknown_operation", "ignore_case", "access_types", "channels", "attributes"}, "x-latchkey");
  if (text(settings, "version", true, "x-latchkey") != "1" && settings["version"]) {
    error(settings["version"].Mark(), "This Latchkey knows version 1 of the extensions; write `version: 1`.");
  }
  const std::string unknown = text(settings, "unknown_operation", false, "x-latchkey");
  if (!unknown.empty() && unknown != "deny" && unknown != "allow") {
    error(settings["unknown_operation"].Mark(), "unknown_operation must be deny or allow.");
  }
  catalog_->options_.allow_unknown_operations = unknown == "allow";
  if (const YAML::Node fold = settings["ignore_case"]; fold && expect_map(fold, "ignore_case")) {
    check_keys(fold, {"paths", "parameters", "attributes"}, "ignore_case");
    catalog_->options_.path_ignores_case = flag(fold, "paths");
    catalog_->options_.parameters_ignore_case = flag(fold, "parameters");
    catalog_->options_.attributes_ignore_case = flag(fold, "attributes");
  }
  catalog_->matcher_ = std::make_unique<Catalog::Matcher>(catalog_->options_.path_ignores_case);
  read_channels(settings["channels"]);
  read_attributes(settings["attributes"]);
}

void Builder::read_channels(const YAML::Node& list) {
  if (!list) return;
  if (!list.IsSequence()) return error(list.Mark(), "channels must be a list.");
  for (const auto& node : list) {
    if (!expect_map(node, "A channel")) continue;
    check_keys(node, {"id", "name"}, "A channel");
    Channel channel{text(node, "id", true, "A channel"), false, text(node, "name", false, "A channel")};
    // A quoted number is text: "504" in quotes is sent as a JSON string.
    channel.numeric = node["id"] && node["id"].Tag() != "!" && is_canonical_number(channel.id);
    const auto index = static_cast<std::uint16_t>(catalog_->channels_.size());
    if (index == kMaxChannels) return error(node.Mark(), fmt::format("There can be at most {} channels.", kMaxChannels));
    if (!catalog_->channel_by_id_.emplace(channel.id, index).second) {
      error(node.Mark(), fmt::format("The channel {} stands twice; keep one.", channel.id));
      continue;
    }
    catalog_->channels_.push_back(std::move(channel));
  }
}

void Builder::read_attributes(const YAML::Node& list) {
  if (!list) return;
  if (!list.IsSequence()) return error(list.Mark(), "attributes must be a list.");
  for (const auto& node : list) {
    if (!expect_map(node, "An attribute")) continue;
    check_keys(node, {"name", "description"}, "An attribute");
    Attribute attribute{text(node, "name", true, "An attribute"), text(node, "description", false, "An attribute")};
    const auto index = static_cast<std::uint16_t>(catalog_->attributes_.size());
    if (index == kMaxAttributes) return error(node.Mark(), fmt::format("There can be at most {} attributes.", kMaxAttributes));
    const std::string key = catalog_->options_.attributes_ignore_case ? fold_ascii(attribute.name) : attribute.name;
    if (!catalog_->attribute_by_name_.emplace(key, index).second) {
      error(node.Mark(), fmt::format("The attribute {} stands twice; keep one.", attribute.name));
      continue;
    }
    catalog_->attributes_.push_back(std::move(attribute));
  }
}

void Builder::read_paths(const YAML::Node& paths) {
  std::map<std::string, std::string> titles;
  if (const YAML::Node tags = document_["tags"]; tags && tags.IsSequence()) {
    for (const auto& tag : tags) {
      if (!tag.IsMap() || !tag["name"]) continue;
      const std::string name = tag["name"].Scalar();
      catalog_->groups_.push_back({name, tag["x-displayName"] ? tag["x-displayName"].Scalar() : name});
      group_ids_.insert(name);
    }
  }
  for (const auto& entry : paths) {
    const std::string path = entry.first.Scalar();
    if (path.empty() || path.front() != '/') {
      error(entry.first.Mark(), "A path must begin with a slash.");
      continue;
    }
    const YAML::Node item = resolve(entry.second);
    if (!expect_map(item, "A path")) continue;
    for (const auto& member : item) {
      const std::string& method = member.first.Scalar();
      if (std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods)) {
        read_operation(path, method, member.second, item["parameters"]);
      } else if (method != "parameters" && method != "summary" && method != "description" && method != "servers" && !method.starts_with("x-")) {
        error(member.first.Mark(), fmt::format("A path has no \"{}\"; methods are written in lower case.", method));
      }
    }
  }
}

void Builder::read_operation(const std::string& path, const std::string& method, const YAML::Node& node, const YAML::Node& shared) {
  if (!expect_map(node, "An operation")) return;
  Operation operation;
  operation.index = static_cast<std::uint16_t>(catalog_->operations_.size());
  if (operation.index == kMaxOperations) return error(node.Mark(), fmt::format("There can be at most {} operations.", kMaxOperations));
  operation.id = text(node, "operationId", true, "An operation");
  operation.method = upper(method);
  operation.path = path;
  operation.summary = text(node, "summary", false, "An operation");
  if (node["tags"] && node["tags"].IsSequence() && node["tags"].size() > 0) operation.group = node["tags"][0].Scalar();
  if (!operation.group.empty() && group_ids_.insert(operation.group).second) catalog_->groups_.push_back({operation.group, operation.group});
  for (const YAML::Node& list : {shared, node["parameters"]}) {
    if (!list) continue;
    if (!list.IsSequence()) {
      error(list.Mark(), "parameters must be a list.");
      continue;
    }
    for (const auto& parameter : list) read_parameter(resolve(parameter), operation);
  }
  std::vector<Step> steps;
  if (const YAML::Node body = resolve(node["requestBody"]); body && body.IsMap()) {
    operation.has_body = true;
    const YAML::Node schema = body["content"]["application/json"]["schema"];
    if (schema) read_schema(schema, steps, false, operation, 0);
  }
  if (const YAML::Node responses = node["responses"]; responses && responses.IsMap()) {
    for (const auto& response : responses) {
      if (!response.first.Scalar().starts_with("2")) continue;
      const YAML::Node answer = resolve(response.second);
      if (!answer.IsMap() || !answer["content"] || !answer["content"]["application/json"]) continue;
      steps.clear();
      if (const YAML::Node schema = answer["content"]["application/json"]["schema"]) read_schema(schema, steps, true, operation, 0);
    }
  }
  std::uint16_t other = 0;
  if (!operation.id.empty() && !catalog_->operation_by_id_.emplace(operation.id, operation.index).second) {
    return error(node.Mark(), fmt::format("The operationId {} stands twice; each operation needs its own.", operation.id));
  }
  if (!catalog_->matcher_->add(operation, other)) {
    return error(node.Mark(), fmt::format("{} {} is the same request as {}; requests could not be told apart.", operation.method,
                                          operation.path, catalog_->operations_[other].id));
  }
  catalog_->operations_.push_back(std::move(operation));
}

Builder::Place Builder::read_place(const YAML::Node& node, std::initializer_list<std::string_view> keys, std::string_view where) {
  Place place;
  const YAML::Node extension = node["x-latchkey"];
  if (!extension || !expect_map(extension, "x-latchkey")) return place;
  check_keys(extension, keys, where);
  const std::string subject = text(extension, "subject", true, where);
  if (subject == "attribute") {
    place.subject = Subject::kAttribute;
  } else if (subject != "channel") {
    error(extension.Mark(), "subject must be channel or attribute.");
    return place;
  }
  const std::string absent = text(extension, "when_absent", false, where);
  if (absent == "everything") {
    place.when_absent = WhenAbsent::kEverything;
  } else if (!absent.empty() && absent != "nothing") {
    error(extension["when_absent"].Mark(), "when_absent must be nothing or everything.");
  }
  place.separators = text(extension, "separators", false, where);
  place.delimiter_parameter = text(extension, "delimiter_parameter", false, where);
  place.rule = text(extension, "rule", false, where);
  place.parameter = text(extension, "parameter", false, where);
  place.everything = texts(extension["everything"], "everything");
  place.keep = texts(extension["keep"], "keep");
  place.present = true;
  return place;
}

void Builder::read_parameter(const YAML::Node& node, Operation& operation) {
  if (!expect_map(node, "A parameter")) return;
  const Place place = read_place(node, {"subject", "when_absent", "separators", "delimiter_parameter", "everything"}, "x-latchkey of a parameter");
  if (!place.present) return;
  const std::string in = text(node, "in", true, "A parameter");
  if (in != "query" && in != "path") return error(node.Mark(), "Only query and path parameters can name channels or attributes.");
  ParameterPlace out{text(node, "name", true, "A parameter"), place.subject, place.when_absent, place.separators,
                     place.delimiter_parameter, place.everything};
  (in == "query" ? operation.query : operation.path_parameters).push_back(std::move(out));
}

void Builder::read_schema(const YAML::Node& raw, std::vector<Step>& path, bool answer, Operation& operation, int depth) {
  if (depth > kMaxDepth) return error(raw.Mark(), "This schema is nested more than 64 levels deep, or contains itself.");
  const YAML::Node schema = resolve(raw);
  if (!schema || !schema.IsMap()) return;
  const Place place = answer ? read_place(schema, {"subject", "rule", "keep", "parameter"}, "x-latchkey of an answer")
                             : read_place(schema, {"subject", "when_absent", "everything"}, "x-latchkey of a body");
  if (place.present && !answer) operation.body.push_back({path, place.subject, place.when_absent, place.everything});
  if (place.present && answer) {
    AnswerPlace out{path, place.subject, AnswerRule::kDropElement, place.keep, place.parameter};
    if (place.rule == "remove_members") {
      out.rule = AnswerRule::kRemoveMembers;
      if (const YAML::Node properties = schema["properties"]; properties && properties.IsMap()) {
        for (const auto& property : properties) out.keep.push_back(property.first.Scalar());
      }
    } else if (place.rule == "positional") {
      out.rule = AnswerRule::kPositional;
      if (out.parameter.empty()) error(schema.Mark(), "The rule positional needs \"parameter\": the query parameter whose order the values follow.");
    } else if (place.rule != "drop_element") {
      error(schema.Mark(), "rule must be drop_element, remove_members or positional.");
    }
    operation.answer.push_back(std::move(out));
  }
  if (const YAML::Node items = schema["items"]) {
    path.push_back({});
    read_schema(items, path, answer, operation, depth + 1);
    path.pop_back();
  }
  if (const YAML::Node properties = schema["properties"]; properties && properties.IsMap()) {
    for (const auto& property : properties) {
      path.push_back({property.first.Scalar()});
      read_schema(property.second, path, answer, operation, depth + 1);
      path.pop_back();
    }
  }
}

OperationSet Builder::read_operation_list(const YAML::Node& node, std::string_view where) {
  OperationSet set;
  std::vector<std::string> ids;
  for (const Operation& operation : catalog_->operations_) ids.push_back(operation.id);
  for (const auto& element : node) {
    const Operation* operation = catalog_->find_operation(element.Scalar());
    if (operation != nullptr) {
      set.insert(operation->index);
    } else {
      error(element.Mark(), fmt::format("{} names {}, which is no operationId here{}.", where, element.Scalar(), did_you_mean(element.Scalar(), ids)));
    }
  }
  return set;
}

void Builder::read_access_types(const YAML::Node& list) {
  if (!list || !list.IsSequence() || list.size() == 0) {
    return error(list ? list.Mark() : document_["x-latchkey"].Mark(), "access_types must be a list of at least one access type.");
  }
  static constexpr std::pair<std::string_view, RestrictionKind> kKinds[] = {{"operations", RestrictionKind::kOperations},
                                                                            {"channels", RestrictionKind::kChannels},
                                                                            {"attributes", RestrictionKind::kAttributes},
                                                                            {"ip_ranges", RestrictionKind::kIpRanges}};
  for (const auto& node : list) {
    if (!expect_map(node, "An access type")) continue;
    check_keys(node, {"id", "title", "description", "operations", "restrictions"}, "An access type");
    AccessType type;
    type.index = static_cast<std::uint8_t>(catalog_->access_types_.size());
    type.id = text(node, "id", true, "An access type");
    type.title = text(node, "title", true, "An access type");
    type.description = text(node, "description", true, "An access type");
    if (catalog_->find_access_type(type.id) != nullptr) error(node.Mark(), fmt::format("The access type {} stands twice.", type.id));
    const YAML::Node operations = node["operations"];
    if (operations && operations.IsScalar() && operations.Scalar() == "all") {
      for (const Operation& operation : catalog_->operations_) type.operations.insert(operation.index);
    } else if (operations && operations.IsSequence()) {
      type.operations = read_operation_list(operations, "operations");
    } else {
      error(node.Mark(), "An access type needs \"operations\": all, or a list of operationIds.");
    }
    for (const auto& name : texts(node["restrictions"], "restrictions")) {
      const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const auto& k) { return k.first == name; });
      if (kind == std::end(kKinds)) {
        error(node["restrictions"].Mark(), fmt::format("There is no restriction {}; there are operations, channels, attributes and ip_ranges.", name));
      } else {
        type.restrictions.push_back(kind->second);
      }
    }
    catalog_->access_types_.push_back(std::move(type));
  }
}

// Names that a separator would cut, and restrictions that could restrict nothing.
void Builder::check_sense() {
  for (const Operation& operation : catalog_->operations_) {
    for (const ParameterPlace& place : operation.query) {
      if (place.subject != Subject::kAttribute) continue;
      for (const Attribute& attribute : catalog_->attributes_) {
        if (attribute.name.find_first_of(place.separators) == std::string::npos || place.separators.empty()) continue;
        return error(document_["x-latchkey"].Mark(), fmt::format("The attribute {} holds a separator of {}'s parameter {}; it could not be asked for.",
                                                                 attribute.name, operation.id, place.name));
      }
    }
  }
}

}  // namespace latchkey::catalog
