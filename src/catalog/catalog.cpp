#include "catalog/catalog.h"

#include "catalog/matcher.h"

namespace latchkey::catalog {

bool Operation::concerns(Subject subject) const {
  const auto about = [&](const auto& place) { return place.subject == subject; };
  return std::any_of(query.begin(), query.end(), about) ||
         std::any_of(path_parameters.begin(), path_parameters.end(), about) ||
         std::any_of(body.begin(), body.end(), about) || std::any_of(answer.begin(), answer.end(), about);
}

bool Operation::answer_filters(Subject subject) const {
  return std::any_of(answer.begin(), answer.end(), [&](const AnswerPlace& place) {
    return place.subject == subject && place.rule != AnswerRule::kPositional;
  });
}

Catalog::Catalog() = default;
Catalog::~Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;

bool Catalog::match(std::string_view method, std::string_view path, Match& match) const {
  match.operation = nullptr;
  match.values.clear();
  return matcher_->match(method, path, operations_, match);
}

std::optional<std::string_view> Catalog::read_target(std::string_view method, std::string_view raw,
                                                     NormalTarget& target, Match& match) const {
  match.operation = nullptr;
  match.values.clear();
  split_target(raw, target);
  // The loader takes no path that is not in normal form, so one that is spelt like it is in normal form too.
  if (const Operation* const spelt = matcher_->find_spelt(method, target.path, operations_);
      spelt != nullptr && raw.size() <= kMaxTargetBytes && !check_characters(target.query)) {
    match.operation = spelt;
    return std::nullopt;
  }
  if (const auto why = normalize_target(raw, target)) return why;
  matcher_->match(method, target.path, operations_, match);
  return std::nullopt;
}

const Operation* Catalog::find_operation(std::string_view id) const {
  const auto at = operation_by_id_.find(id);
  return at == operation_by_id_.end() ? nullptr : &operations_[at->second];
}

const AccessType* Catalog::find_access_type(std::string_view id) const {
  const auto at =
      std::find_if(access_types_.begin(), access_types_.end(), [&](const AccessType& type) { return type.id == id; });
  return at == access_types_.end() ? nullptr : &*at;
}

std::optional<std::uint16_t> Catalog::channel_index(std::string_view text) const {
  const auto at = channel_by_id_.find(text);
  return at == channel_by_id_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::uint16_t> Catalog::attribute_index(std::string_view name) const {
  const auto at =
      options_.attributes_ignore_case ? attribute_by_name_.find(fold_ascii(name)) : attribute_by_name_.find(name);
  return at == attribute_by_name_.end() ? std::nullopt : std::optional(at->second);
}

std::string fold_ascii(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return folded;
}

bool equal_ignoring_ascii_case(std::string_view a, std::string_view b) {
  const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return fold(x) == fold(y); });
}

}  // namespace latchkey::catalog
