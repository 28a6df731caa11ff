#include "catalog/loading.h"

#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

constexpr int kMostHops = 16;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

bool Draft::is_channel(std::string_view id) const {
  return std::any_of(channels.begin(), channels.end(), [&](const Channel& channel) { return channel.id == id; });
}

bool Draft::is_attribute(std::string_view name) const {
  return std::any_of(attributes.begin(), attributes.end(), [&](const Attribute& attribute) {
    return options.attributes_ignore_case ? equal_ignoring_ascii_case(attribute.name, name) : attribute.name == name;
  });
}

bool Draft::same_name(std::string_view a, std::string_view b) const {
  return options.parameters_ignore_case ? equal_ignoring_ascii_case(a, b) : a == b;
}

const Node* Loading::mapping(const Node& parent, std::string_view key, std::string_view where) {
  const Node* node = parent.find(key);
  if (node == nullptr || node->is_mapping()) return node;
  error(*node, fmt::format("{}: \"{}\" must be a mapping.", where, key));
  return nullptr;
}

const Node* Loading::sequence(const Node& parent, std::string_view key, std::string_view where) {
  const Node* node = parent.find(key);
  if (node == nullptr || node->is_sequence()) return node;
  error(*node, fmt::format("{}: \"{}\" must be a list.", where, key));
  return nullptr;
}

std::optional<std::string> Loading::text_of(const Node& node, std::string_view where, std::size_t max_bytes) {
  if (!node.is_scalar()) {
    error(node, fmt::format("{} must be text{}.", where, node.kind == Node::Kind::kNull ? ", and is empty" : ""));
    return std::nullopt;
  }
  const std::string_view text = trimmed(node.text);
  if (text.empty()) {
    error(node, fmt::format("{} is empty.", where));
  } else if (text.size() > max_bytes) {
    error(node, fmt::format("{} has {} bytes; at most {} are taken.", where, text.size(), max_bytes));
  } else if (std::any_of(text.begin(), text.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
    error(node, fmt::format("{} must be one line without control characters.", where));
  } else {
    return std::string(text);
  }
  return std::nullopt;
}

std::optional<std::string> Loading::required_text(const Node& parent, std::string_view key, std::string_view where,
                                                  std::size_t max_bytes) {
  if (const Node* node = parent.find(key)) return text_of(*node, fmt::format("{}: \"{}\"", where, key), max_bytes);
  error(parent, fmt::format("{} needs \"{}\".", where, key));
  return std::nullopt;
}

std::string Loading::optional_text(const Node& parent, std::string_view key, std::string_view where,
                                   std::size_t max_bytes) {
  const Node* node = parent.find(key);
  return node == nullptr ? "" : text_of(*node, fmt::format("{}: \"{}\"", where, key), max_bytes).value_or("");
}

std::optional<bool> Loading::boolean(const Node& parent, std::string_view key, std::string_view where) {
  const Node* node = parent.find(key);
  if (node == nullptr) return std::nullopt;
  if (node->is_scalar() && !node->quoted && (node->text == "true" || node->text == "false"))
    return node->text == "true";
  error(*node, fmt::format("{}: \"{}\" must be true or false.", where, key));
  return std::nullopt;
}

void Loading::check_keys(const Node& mapping, std::span<const std::string_view> known, std::string_view where,
                         bool extensible) {
  for (const Node::Member& member : mapping.members) {
    const std::string& key = member.key->text;
    if (std::find(known.begin(), known.end(), key) != known.end() || (extensible && key.starts_with("x-"))) continue;
    error(*member.key, fmt::format("{} has no \"{}\"{}", where, key, did_you_mean(key, known)));
  }
}

const Node* Loading::follow(const Node& node) {
  const Node* at = &node;
  for (int hops = 0; hops < kMostHops; ++hops) {
    const Node* reference = at->find("$ref");
    if (reference == nullptr) return at;
    if (!reference->is_scalar() || !reference->text.starts_with('#')) {
      error(*reference, "A $ref must lead to a place in this document, such as \"#/components/schemas/Row\".");
      return nullptr;
    }
    at = document.resolve(reference->text);
    if (at == nullptr) {
      error(*reference, fmt::format("There is no \"{}\" in this document.", reference->text));
      return nullptr;
    }
  }
  error(node, "This $ref leads in a circle.");
  return nullptr;
}

}  // namespace latchkey::catalog
