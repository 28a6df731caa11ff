#include "catalog/answer_rules.h"

#include <algorithm>
#include <cstring>

#include "catalog/json_reader.h"

namespace latchkey::catalog {

bool AnswerRights::may_show(Subject subject, std::string_view text) const {
  if (subject == Subject::kChannel) {
    if (!permitted_.channels) return true;
    const auto index = catalog_.channel_index(text);
    return index && permitted_.channels->contains(*index);
  }
  if (!permitted_.attributes) return true;
  const auto index = catalog_.attribute_index(text);
  return index && permitted_.attributes->contains(*index);
}

const MemberRule& MemberRules::look_up(std::string_view literal, Known*& before, const AnswerNode& node,
                                       const AnswerRights& rights) {
  // One with escapes would be compared as it is written.
  const bool may_remember = literal.size() <= kMostBytes && literal.find('\\') == std::string_view::npos;
  const auto at = !may_remember ? known_.end() : std::find_if(known_.begin(), known_.end(), [&](const auto& known) {
    return known->size == literal.size() && std::memcmp(known->literal.data(), literal.data(), known->size) == 0;
  });
  if (at != known_.end()) {
    before = before->next = at->get();
    return before->rule;
  }
  std::string storage;
  unknown_ = judge(unescape(literal, storage), node, rights);
  if (!may_remember || known_.size() == kMostNames) return unknown_;
  Known& known = *known_.emplace_back(std::make_unique<Known>());
  known.size = literal.size();
  known.rule = unknown_;
  std::memcpy(known.literal.data(), literal.data(), literal.size());
  std::memcpy(reinterpret_cast<char*>(known.literal.data()) + literal.size(), ":", 1);
  std::memset(known.mask.data(), 0xff, literal.size() + 1);
  before = before->next = &known;
  return known.rule;
}

MemberRule MemberRules::judge(std::string_view name, const AnswerNode& node, const AnswerRights& rights) {
  const Catalog& catalog = rights.catalog();
  MemberRule rule;
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    if (same_parameter_name(catalog, name, node.members[i].name)) rule.member = i;
  }
  if (node.removing == nullptr) return rule;
  const std::vector<std::string>& keep = node.removing->keep;
  const bool is_none = std::any_of(keep.begin(), keep.end(),
                                   [&](const std::string& kept) { return same_parameter_name(catalog, kept, name); });
  rule.removed = !is_none && !rights.may_show(Subject::kAttribute, name);
  if (rule.removed) return rule;
  const bool fold = catalog.options().parameters_ignore_case || catalog.options().attributes_ignore_case;
  rule.kept_name =
      kept_names_.try_emplace(fold ? fold_ascii(name) : std::string(name), kept_names_.size()).first->second;
  return rule;
}

AnswerNode::AnswerNode(const AnswerTree& tree) : places(tree.places) {
  if (tree.each) each = std::make_unique<AnswerNode>(*tree.each);
  for (const AnswerTree::Member& member : tree.members)
    members.push_back({member.name, std::make_unique<AnswerNode>(*member.tree)});
  for (const AnswerPlace* place : places) {
    drops = drops || place->rule == AnswerRule::kDropElement;
    positional = positional || place->rule == AnswerRule::kPositional;
    if (place->rule == AnswerRule::kRemoveMembers && removing == nullptr) removing = place;
  }
  is_list = each != nullptr || positional;
  is_keyed = !members.empty() || removing != nullptr;
  decides =
      drops || std::any_of(members.begin(), members.end(), [](const Member& member) { return member.node->decides; });
  opens_as_list = places.empty() && each && members.empty();
  opens_as_object = !each && !has_place_outside_lists();
}

bool AnswerNode::has_place_outside_lists() const {
  return !places.empty() || std::any_of(members.begin(), members.end(),
                                        [](const Member& member) { return member.node->has_place_outside_lists(); });
}

bool AnswerNode::judge(std::string_view literal, const AnswerRights& rights) const {
  std::string storage;
  const std::string_view text = literal.front() == '"' ? unescape(literal, storage) : literal;
  return std::all_of(places.begin(), places.end(),
                     [&](const AnswerPlace* place) { return rights.may_show(place->subject, text); });
}

}  // namespace latchkey::catalog
