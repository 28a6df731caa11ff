#include "catalog/matcher.h"

namespace latchkey::catalog {
namespace {

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The first segment of "/a/b" is "a"; moves past it.
std::string_view take_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  return segment;
}

bool is_parameter(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

}  // namespace

// FNV-1a, over the folded bytes.
std::uint64_t Catalog::Matcher::hash(std::string_view method, std::string_view path) const {
  std::uint64_t value = 0xcbf29ce484222325;
  for (const char c : method) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  for (const char c : path) value = (value ^ static_cast<unsigned char>(ignores_case ? fold(c) : c)) * 0x100000001b3;
  return value;
}

bool Catalog::Matcher::same(std::string_view a, std::string_view b) const {
  return ignores_case ? equal_ignoring_ascii_case(a, b) : a == b;
}

bool Catalog::Matcher::add(const Operation& operation, std::uint16_t& other) {
  if (operation.path.find('{') == std::string::npos) {
    const std::uint64_t key = hash(operation.method, operation.path);
    const auto [first, last] = by_hash.equal_range(key);
    for (auto at = first; at != last; ++at) {
      const Literal& literal = literals[at->second];
      if (literal.method == operation.method && same(literal.path, operation.path)) return other = literal.operation, false;
    }
    by_hash.emplace(key, literals.size());
    literals.push_back({operation.method, operation.path, operation.index});
    return true;
  }
  has_parameters = true;
  Node* node = &root;
  std::vector<std::string> names;
  for (std::string_view rest = operation.path; !rest.empty();) {
    const std::string_view segment = take_segment(rest);
    std::unique_ptr<Node>& next =
        is_parameter(segment) ? node->parameter : node->literal[ignores_case ? fold_ascii(segment) : std::string(segment)];
    if (is_parameter(segment)) names.emplace_back(segment.substr(1, segment.size() - 2));
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  for (const auto& [method, index] : node->methods) {
    if (method == operation.method) return other = index, false;
  }
  node->methods.emplace_back(operation.method, operation.index);
  node->parameter_names = std::move(names);
  return true;
}

const Catalog::Matcher::Node* Catalog::Matcher::descend(const Node& node, std::string_view rest, std::string_view method,
                                                        std::vector<PathValue>& values) const {
  if (rest.empty()) {
    for (const auto& [name, index] : node.methods) {
      if (name == method) return &node;
    }
    return nullptr;
  }
  std::string_view after = rest;
  const std::string_view segment = take_segment(after);
  const auto at = node.literal.find(ignores_case ? fold_ascii(segment) : std::string(segment));
  if (at != node.literal.end()) {
    if (const Node* found = descend(*at->second, after, method, values)) return found;
  }
  if (!node.parameter || segment.empty()) return nullptr;
  values.push_back({{}, segment});
  if (const Node* found = descend(*node.parameter, after, method, values)) return found;
  values.pop_back();
  return nullptr;
}

bool Catalog::Matcher::match(std::string_view method, std::string_view path, const std::vector<Operation>& operations,
                             Match& match) const {
  const auto [first, last] = by_hash.equal_range(hash(method, path));
  for (auto at = first; at != last; ++at) {
    const Literal& literal = literals[at->second];
    if (literal.method == method && same(literal.path, path)) {
      match.operation = &operations[literal.operation];
      return true;
    }
  }
  if (!has_parameters || path.empty()) return false;
  const Node* node = descend(root, path, method, match.values);
  if (node == nullptr) {
    match.values.clear();
    return false;
  }
  for (const auto& [name, index] : node->methods) {
    if (name == method) match.operation = &operations[index];
  }
  for (std::size_t i = 0; i < match.values.size(); ++i) match.values[i].name = node->parameter_names[i];
  return true;
}

}  // namespace latchkey::catalog
