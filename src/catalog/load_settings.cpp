// The document's own x-latchkey: options, channels, attributes. And its title and version.
#include <set>

#include "catalog/loading.h"
#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxChannelIdBytes = 64;
constexpr std::size_t kMaxAttributeNameBytes = 128;
// Beyond this JSON numbers lose digits in readers that keep them as doubles.
constexpr std::size_t kMaxNumberDigits = 15;

constexpr std::string_view kSettings[] = {"version",      "unknown_operation", "ignore_case",
                                          "access_types", "channels",          "attributes",
                                          "rate_classes", "costs"};

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whether YAML reads this plain scalar as a number.
bool looks_numeric(const Node& node) {
  if (node.quoted || node.text.empty()) return false;
  const char first = node.text.front();
  return (first >= '0' && first <= '9') || (node.text.size() > 1 && (first == '-' || first == '+' || first == '.') &&
                                            node.text[1] >= '0' && node.text[1] <= '9');
}

void load_options(Loading& loading, const Node& settings) {
  if (const Node* version = settings.find("version"); version == nullptr) {
    loading.error(settings, "x-latchkey needs \"version: 1\".");
  } else if (!version->is_scalar() || version->text != "1") {
    loading.error(*version, "This Latchkey reads version 1 of the extensions; write \"version: 1\".");
  }
  static constexpr std::string_view kAnswers[] = {"deny", "allow"};
  if (const Node* unknown = settings.find("unknown_operation")) {
    if (!unknown->is_scalar() || (unknown->text != "deny" && unknown->text != "allow")) {
      loading.error(*unknown, fmt::format("\"{}\" is nothing that unknown_operation can be{}", unknown->text,
                                          did_you_mean_or_list(unknown->text, kAnswers)));
    }
    loading.draft.options.allow_unknown_operations = unknown->text == "allow";
  }
  if (const Node* ignore = loading.mapping(settings, "ignore_case", "x-latchkey")) {
    static constexpr std::string_view kWhat[] = {"paths", "parameters", "attributes"};
    loading.check_keys(*ignore, kWhat, "ignore_case");
    Options& options = loading.draft.options;
    options.path_ignores_case = loading.boolean(*ignore, "paths", "ignore_case").value_or(false);
    options.parameters_ignore_case = loading.boolean(*ignore, "parameters", "ignore_case").value_or(false);
    options.attributes_ignore_case = loading.boolean(*ignore, "attributes", "ignore_case").value_or(false);
  }
}

std::optional<Channel> read_channel(Loading& loading, const Node& node) {
  static constexpr std::string_view kKeys[] = {"id", "name"};
  if (!node.is_mapping()) {
    loading.error(node, "A channel must be a mapping, such as {id: 504, name: Email}.");
    return std::nullopt;
  }
  loading.check_keys(node, kKeys, "A channel");
  const auto id = loading.required_text(node, "id", "A channel", kMaxChannelIdBytes);
  const std::string name = loading.optional_text(node, "name", "The channel");
  if (!id) return std::nullopt;
  const Node& id_node = *node.find("id");
  if (!looks_numeric(id_node)) return Channel{*id, false, name.empty() ? *id : name};
  if (!is_number(*id) || id->size() > kMaxNumberDigits || (id->size() > 1 && id->front() == '0')) {
    loading.error(
        id_node,
        fmt::format(
            "The channel id {} is not a plain whole number of at most {} digits; write it in quotes if it is text.",
            *id, kMaxNumberDigits));
    return std::nullopt;
  }
  return Channel{*id, true, name.empty() ? *id : name};
}

void load_channels(Loading& loading, const Node& settings) {
  const Node* list = loading.sequence(settings, "channels", "x-latchkey");
  if (list == nullptr) return;
  std::set<std::string> ids;
  for (const Node* node : list->items) {
    auto channel = read_channel(loading, *node);
    if (!channel) continue;
    if (!ids.insert(channel->id).second) {
      loading.error(*node, fmt::format("The channel {} is listed twice.", channel->id));
      continue;
    }
    loading.draft.channels.push_back(std::move(*channel));
  }
  if (list->items.size() > kMaxChannels) {
    loading.error(*list, fmt::format("There are {} channels; at most {} are taken.", list->items.size(), kMaxChannels));
  }
}

std::optional<Attribute> read_attribute(Loading& loading, const Node& node) {
  static constexpr std::string_view kKeys[] = {"name", "description"};
  if (node.is_scalar()) {
    auto name = loading.text_of(node, "The attribute's name", kMaxAttributeNameBytes);
    return name ? std::optional(Attribute{std::move(*name), ""}) : std::nullopt;
  }
  if (!node.is_mapping()) {
    loading.error(node, "An attribute must be a name, or a mapping such as {name: Country, description: Two letters}.");
    return std::nullopt;
  }
  loading.check_keys(node, kKeys, "An attribute");
  auto name = loading.required_text(node, "name", "An attribute", kMaxAttributeNameBytes);
  std::string description = loading.optional_text(node, "description", "The attribute", 1024);
  return name ? std::optional(Attribute{std::move(*name), std::move(description)}) : std::nullopt;
}

void load_attributes(Loading& loading, const Node& settings) {
  const Node* list = loading.sequence(settings, "attributes", "x-latchkey");
  if (list == nullptr) return;
  std::set<std::string> names;
  for (const Node* node : list->items) {
    auto attribute = read_attribute(loading, *node);
    if (!attribute) continue;
    if (!names.insert(loading.draft.options.attributes_ignore_case ? fold_ascii(attribute->name) : attribute->name)
             .second) {
      loading.error(*node,
                    fmt::format("The attribute {} is listed twice{}.", attribute->name,
                                loading.draft.options.attributes_ignore_case ? " (their names ignore case)" : ""));
      continue;
    }
    loading.draft.attributes.push_back(std::move(*attribute));
  }
  if (list->items.size() > kMaxAttributes) {
    loading.error(*list,
                  fmt::format("There are {} attributes; at most {} are taken.", list->items.size(), kMaxAttributes));
  }
}

}  // namespace

void load_info(Loading& loading) {
  static constexpr std::string_view kKeys[] = {"openapi", "info",        "jsonSchemaDialect", "servers",
                                               "paths",   "webhooks",    "components",        "security",
                                               "tags",    "externalDocs"};
  const Node& root = loading.document.root();
  loading.check_keys(root, kKeys, "An OpenAPI document", true);
  if (const auto version = loading.required_text(root, "openapi", "The document")) {
    if (!version->starts_with("3.0.") && !version->starts_with("3.1.")) {
      loading.error(*root.find("openapi"),
                    fmt::format("OpenAPI {} is not read; convert the document to 3.1 (3.0 is read too).", *version));
    }
  }
  const Node* info = loading.mapping(root, "info", "The document");
  if (info == nullptr) {
    if (root.find("info") == nullptr) loading.error(root, "The document needs \"info\" with a title and a version.");
    return;
  }
  loading.draft.title = loading.required_text(*info, "title", "info").value_or("");
  loading.draft.version = loading.required_text(*info, "version", "info").value_or("");
}

void load_settings(Loading& loading) {
  const Node& root = loading.document.root();
  const Node* settings = loading.mapping(root, "x-latchkey", "The document");
  if (settings == nullptr) {
    if (root.find("x-latchkey") == nullptr) {
      loading.error(root,
                    "The document has no \"x-latchkey\", which says who may call what; docs/catalog.md describes it.");
    }
    return;
  }
  loading.read_extensions.insert(settings);
  loading.check_keys(*settings, kSettings, "x-latchkey");
  load_options(loading, *settings);
  load_channels(loading, *settings);
  load_attributes(loading, *settings);
}

}  // namespace latchkey::catalog
