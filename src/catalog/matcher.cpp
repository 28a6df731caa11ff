#include "catalog/matcher.h"

#include "base/check.h"
#include "catalog/decode.h"
#include "catalog/fold.h"

namespace latchkey::catalog {
namespace {

constexpr std::string_view kMethodNames[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"};

std::size_t method_number(std::string_view method) {
  if (method == "GET") return 0;  // most requests
  return static_cast<std::size_t>(std::find(std::begin(kMethodNames), std::end(kMethodNames), method) -
                                  std::begin(kMethodNames));
}

}  // namespace

Catalog::Matcher::Matcher(bool ignore_case) : ignores_case_(ignore_case) {
  static_assert(std::size(kMethodNames) == kMethods);
  make_node();
}

Catalog::Matcher::NodeIndex Catalog::Matcher::make_node() {
  Node& node = nodes_.emplace_back();
  std::fill(std::begin(node.operation), std::end(node.operation), kNone);
  return static_cast<NodeIndex>(nodes_.size() - 1);
}

void Catalog::Matcher::Table::insert(Entry entry) {
  if ((entries.size() + 1) * 2 > slots.size()) {
    slots.assign(slots.size() * 2, kNone);
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      std::size_t at = entries[i].hash & (slots.size() - 1);
      while (slots[at] != kNone) at = (at + 1) & (slots.size() - 1);
      slots[at] = i;
    }
  }
  std::size_t at = entry.hash & (slots.size() - 1);
  while (slots[at] != kNone) at = (at + 1) & (slots.size() - 1);
  slots[at] = static_cast<std::uint32_t>(entries.size());
  entries.push_back(std::move(entry));
}

const Catalog::Matcher::Entry* Catalog::Matcher::Table::find(std::uint64_t hash, std::uint32_t from,
                                                             std::string_view text, bool fold) const {
  for (std::size_t at = hash & (slots.size() - 1); slots[at] != kNone; at = (at + 1) & (slots.size() - 1)) {
    const Entry& entry = entries[slots[at]];
    if (entry.hash == hash && entry.from == from && same_text(text, entry.text, fold)) return &entry;
  }
  return nullptr;
}

// By its length and its last sixteen bytes, which tell most operations of an API apart.
std::uint64_t Catalog::Matcher::mark_of(std::string_view path, std::size_t method) {
  const char* const end = path.data() + path.size();
  std::uint64_t mark = (method << 32 ^ path.size()) * 0x9e3779b97f4a7c15;
  if (path.size() >= 8) mark = (mark ^ load_word(end - 8)) * 0x9e3779b97f4a7c15;
  if (path.size() >= 16) mark = (std::rotl(mark, 29) ^ load_word(end - 16)) * 0x9e3779b97f4a7c15;
  return (mark ^ mark >> 32) | 1;
}

void Catalog::Matcher::add_spelt(std::string path, std::size_t method, std::uint32_t operation) {
  if ((spelt_count_ + 1) * 2 > spelt_.size()) {
    for (Spelt& old : std::exchange(spelt_, std::vector<Spelt>(std::max<std::size_t>(16, spelt_.size() * 2)))) {
      if (old.mark == 0) continue;
      std::size_t at = old.mark >> 1 & (spelt_.size() - 1);
      while (spelt_[at].mark != 0) at = (at + 1) & (spelt_.size() - 1);
      spelt_[at] = std::move(old);
    }
  }
  const std::uint64_t mark = mark_of(path, method);
  std::size_t at = mark >> 1 & (spelt_.size() - 1);
  while (spelt_[at].mark != 0) at = (at + 1) & (spelt_.size() - 1);
  spelt_[at] = {mark, static_cast<std::uint32_t>(method), operation, std::move(path)};
  ++spelt_count_;
}

const Operation* Catalog::Matcher::find_spelt(std::string_view method, std::string_view path,
                                              const std::vector<Operation>& operations) const {
  const std::size_t number = method_number(method);
  if (number == kMethods || spelt_.empty()) return nullptr;
  const std::uint64_t mark = mark_of(path, number);
  for (std::size_t at = mark >> 1 & (spelt_.size() - 1); spelt_[at].mark != 0; at = (at + 1) & (spelt_.size() - 1)) {
    const Spelt& spelt = spelt_[at];
    if (spelt.mark == mark && spelt.method == number && spelt.path == path) return &operations[spelt.operation];
  }
  return nullptr;
}

void Catalog::Matcher::add(std::string_view method, const PathTemplate& path, std::uint16_t operation) {
  const std::size_t number = method_number(method);
  LK_CHECK(number < kMethods);
  if (parameter_names_.size() <= operation) parameter_names_.resize(operation + 1u);
  std::string whole;
  NodeIndex node = 0;
  for (const TemplateSegment& segment : path.segments) {
    if (segment.parameter) {
      parameter_names_[operation].push_back(segment.text);
      has_parameters_ = true;
      if (nodes_[node].parameter == kNone) {
        const NodeIndex made = make_node();
        nodes_[node].parameter = made;
      }
      node = nodes_[node].parameter;
      continue;
    }
    whole += "/" + segment.text;
    const Entry* taken = step(node, segment.text);
    if (taken == nullptr) {
      const NodeIndex made = make_node();
      steps_.insert({hash_text(segment.text, node, ignores_case_), node, made,
                     ignores_case_ ? fold_ascii(segment.text) : segment.text});
      node = made;
    } else {
      node = taken->to;
    }
  }
  LK_CHECK(nodes_[node].operation[number] == kNone);
  nodes_[node].operation[number] = operation;
  if (parameter_names_[operation].empty()) {
    add_spelt(whole, number, operation);
    whole_paths_.insert({hash_text(whole, number, ignores_case_), static_cast<std::uint32_t>(number), operation,
                         ignores_case_ ? fold_ascii(whole) : whole});
  }
}

const Catalog::Matcher::Entry* Catalog::Matcher::step(NodeIndex from, std::string_view segment) const {
  return steps_.find(hash_text(segment, from, ignores_case_), from, segment, ignores_case_);
}

bool Catalog::Matcher::spells_a_literal(NodeIndex from, std::string_view segment) const {
  if (segment.find('%') == std::string_view::npos) return false;
  const auto decoded = decode_percent(segment);
  return decoded && step(from, *decoded) != nullptr;
}

// `rest` begins with the slash before the next segment. Ends: no template has more segments than the trie is deep.
std::uint32_t Catalog::Matcher::descend(NodeIndex node, std::string_view rest, Walk& walk) const {
  if (rest.empty()) return nodes_[node].operation[walk.method];
  rest.remove_prefix(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  if (const Entry* literal = step(node, segment)) {
    const std::uint32_t found = descend(literal->to, rest, walk);
    if (found != kNone || walk.doubtful) return found;
  }
  const NodeIndex parameter = nodes_[node].parameter;
  if (parameter == kNone || segment.empty()) return kNone;
  if (spells_a_literal(node, segment)) {
    walk.doubtful = true;
    return kNone;
  }
  walk.values.push_back({{}, segment});
  const std::uint32_t found = descend(parameter, rest, walk);
  if (found == kNone) walk.values.pop_back();
  return found;
}

bool Catalog::Matcher::match(std::string_view method, std::string_view path, const std::vector<Operation>& operations,
                             Match& match) const {
  const std::size_t number = method_number(method);
  if (number == kMethods || path.empty()) return false;
  if (const Entry* whole = whole_paths_.find(hash_text(path, number, ignores_case_), static_cast<std::uint32_t>(number),
                                             path, ignores_case_)) {
    match.operation = &operations[whole->to];
    return true;
  }
  if (!has_parameters_) return false;
  Walk walk{number, match.values};
  const std::uint32_t found = descend(0, path, walk);
  if (found == kNone || walk.doubtful) {
    match.values.clear();
    return false;
  }
  match.operation = &operations[found];
  for (std::size_t i = 0; i < match.values.size(); ++i) match.values[i].name = parameter_names_[found][i];
  return true;
}

}  // namespace latchkey::catalog
