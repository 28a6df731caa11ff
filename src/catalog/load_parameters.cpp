// The parameters of an operation: those that name channels and attributes become places.
#include "catalog/loading.h"
#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

struct Parameter {
  std::string name;
  std::string in;
  const Node* node = nullptr;       // where it is described
  const Node* extension = nullptr;  // its x-latchkey, if any
  Place place;                      // where the operation, or the path, lists it
};

std::optional<Parameter> read_parameter(Loading& loading, const Node& item) {
  static constexpr std::string_view kIn[] = {"query", "path", "header", "cookie"};
  const Node* node = loading.follow(item);
  if (node == nullptr) return std::nullopt;
  if (!node->is_mapping()) {
    loading.error(item, "A parameter must be a mapping.");
    return std::nullopt;
  }
  const auto name = loading.required_text(*node, "name", "A parameter");
  const auto in = loading.required_text(*node, "in", "A parameter");
  if (!name || !in) return std::nullopt;
  if (std::find(std::begin(kIn), std::end(kIn), *in) == std::end(kIn)) {
    loading.error(*node->find("in"),
                  fmt::format("\"{}\" is no place for a parameter{}", *in, did_you_mean_or_list(*in, kIn)));
    return std::nullopt;
  }
  // One beside the $ref replaces the one that the $ref leads to.
  const Node* own = node->find("x-latchkey");
  const Node* beside = node == &item ? nullptr : item.find("x-latchkey");
  if (own != nullptr && beside != nullptr) loading.read_extensions.insert(own);
  return Parameter{*name, *in, node, beside != nullptr ? beside : own, item.place};
}

void add_list(Loading& loading, const Node& parent, std::vector<Parameter>& parameters) {
  const Node* list = loading.sequence(parent, "parameters", "An operation");
  if (list == nullptr) return;
  std::vector<Parameter> own;
  for (const Node* item : list->items) {
    auto parameter = read_parameter(loading, *item);
    if (!parameter) continue;
    const auto same = [&](const Parameter& other) {
      return other.in == parameter->in &&
             (parameter->in == "query" ? loading.draft.same_name(other.name, parameter->name)
                                       : other.name == parameter->name);
    };
    if (std::any_of(own.begin(), own.end(), same)) {
      loading.error(*item, fmt::format("The {} parameter {} is listed twice.", parameter->in, parameter->name));
      continue;
    }
    // What the operation says replaces what its path says.
    std::erase_if(parameters, [&](const Parameter& other) {
      if (!same(other)) return false;
      if (other.extension != nullptr) loading.read_extensions.insert(other.extension);
      return true;
    });
    own.push_back(std::move(*parameter));
  }
  parameters.insert(parameters.end(), own.begin(), own.end());
}

// What OpenAPI's serialization of a list puts between its values.
std::string default_separators(Loading& loading, const Parameter& parameter) {
  const Node* schema = parameter.node->find("schema");
  if (schema == nullptr || schema_type(loading, *schema) != SchemaType::kArray) return "";
  const std::string style = loading.optional_text(*parameter.node, "style", "A parameter");
  if (parameter.in == "path") return ",";
  if (style == "pipeDelimited") return "|";
  if (style == "spaceDelimited") return " ";
  return loading.boolean(*parameter.node, "explode", "A parameter").value_or(true) ? "" : ",";
}

// What can't be read as one value or a list of values.
bool is_readable(Loading& loading, const Parameter& parameter) {
  const std::string style = loading.optional_text(*parameter.node, "style", "A parameter");
  const Node* schema = parameter.node->find("schema");
  if (parameter.in != "query" && parameter.in != "path") {
    loading.error(
        *parameter.extension,
        fmt::format("{} is a {} parameter; channels and attributes are read in query, path, body and answer only.",
                    parameter.name, parameter.in));
  } else if (parameter.node->find("content") != nullptr) {
    loading.error(
        *parameter.extension,
        fmt::format("{} is described by \"content\"; only one described by \"schema\" can name channels or attributes.",
                    parameter.name));
  } else if (style == "deepObject" || style == "label" || style == "matrix") {
    loading.error(
        *parameter.extension,
        fmt::format("{} has the style {}, which is not read; name channels and attributes in a plain parameter.",
                    parameter.name, style));
  } else if (schema != nullptr && schema_type(loading, *schema) == SchemaType::kObject) {
    loading.error(*parameter.extension,
                  fmt::format("{} is an object; only a plain value or a list can name channels or attributes.",
                              parameter.name));
  } else {
    return true;
  }
  return false;
}

void add_place(Loading& loading, const Parameter& parameter, const std::vector<Parameter>& all, Operation& operation) {
  const auto extension = read_place(loading, *parameter.extension, PlaceKind::kParameter);
  if (!extension || !extension->subject || !is_readable(loading, parameter)) return;
  ParameterPlace place;
  place.name = parameter.name;
  place.subject = *extension->subject;
  place.everything = extension->everything;
  place.separators = extension->separators.value_or(default_separators(loading, parameter));
  check_separators(loading, *parameter.extension, place.subject, place.separators);
  if (!extension->delimiter_parameter.empty()) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Parameter& other) {
      return other.in == "query" && loading.draft.same_name(other.name, extension->delimiter_parameter);
    });
    if (found == all.end()) {
      loading.error(*parameter.extension, fmt::format("{} has no query parameter {}, which delimiter_parameter names.",
                                                      operation.id, extension->delimiter_parameter));
    } else {
      place.delimiter_parameter = found->name;
    }
  }
  if (parameter.in == "path") {
    if (extension->when_absent)
      loading.error(*parameter.extension, "A path parameter can't be absent; take out \"when_absent\".");
    if (!extension->delimiter_parameter.empty())
      loading.error(*parameter.extension, "Only a query parameter can have a delimiter_parameter.");
    operation.path_parameters.push_back(std::move(place));
  } else {
    // Whoever says nothing is taken to mean the worst.
    place.when_absent = extension->when_absent.value_or(WhenAbsent::kEverything);
    operation.query.push_back(std::move(place));
  }
}

void check_path_parameters(Loading& loading, const std::vector<Parameter>& parameters, const Operation& operation,
                           const OperationNotes& notes) {
  std::vector<std::string_view> declared;
  for (const Parameter& parameter : parameters) {
    if (parameter.in == "path") declared.push_back(parameter.name);
  }
  std::vector<std::string_view> in_template;
  for (const TemplateSegment& segment : notes.path.segments) {
    if (!segment.parameter) continue;
    in_template.push_back(segment.text);
    if (std::find(declared.begin(), declared.end(), segment.text) != declared.end()) continue;
    loading.diagnostics.error(notes.place, fmt::format("{} does not describe its path parameter \"{}\"{}", operation.id,
                                                       segment.text, did_you_mean(segment.text, declared)));
  }
  for (const Parameter& parameter : parameters) {
    if (parameter.in != "path" ||
        std::find(in_template.begin(), in_template.end(), parameter.name) != in_template.end())
      continue;
    loading.diagnostics.error(parameter.place, fmt::format("The path {} has no parameter \"{}\"{}", operation.path,
                                                           parameter.name, did_you_mean(parameter.name, in_template)));
  }
}

}  // namespace

void load_parameters(Loading& loading, const Node& path_item, const Node& operation_node, Operation& operation,
                     OperationNotes& notes) {
  std::vector<Parameter> parameters;
  add_list(loading, path_item, parameters);
  add_list(loading, operation_node, parameters);
  check_path_parameters(loading, parameters, operation, notes);
  for (const Parameter& parameter : parameters) {
    if (parameter.extension != nullptr) {
      add_place(loading, parameter, parameters, operation);
    } else if (parameter.in == "query" || parameter.in == "path") {
      notes.mentions.push_back({parameter.name, false, parameter.place});
    }
  }
}

}  // namespace latchkey::catalog
