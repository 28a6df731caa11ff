#include "catalog/answer_judge.h"

#include <algorithm>
#include <optional>

#include "catalog/token_reader.h"

namespace latchkey::catalog {

// One walk over one value. What is cut out is not shown; the rest is shown in as few pieces as there are cuts.
class AnswerJudge::Walk {
 public:
  // What became of a value, and the token after it: null if it is unreadable.
  struct Judged {
    const Token* after;
    Verdict verdict;
  };

  Walk(AnswerJudge& judge, const char* text, std::size_t start, int depth, bool comma, SpanWriter& writer)
      : judge_(judge), reader_(text, depth), writer_(writer), copied_(start), comma_(comma) {
    // If the comma stands right before the value, both are one piece.
    if (comma && start > 0 && text[start - 1] == ',') {
      --copied_;
      comma_ = false;
    }
  }

  Judged value(const Token* token, const AnswerNode* node);

  // At the end: what is left of the value up to `end`, or nothing of all that was shown.
  void keep(std::size_t end) {
    if (comma_) writer_.put(',');
    writer_.show(copied_, end);
    judge_.counters_.dropped_elements += counters_.dropped_elements;
    judge_.counters_.removed_members += counters_.removed_members;
  }
  void drop() {
    if (first_) writer_.go_back(*first_);
  }
  const TokenReader& reader() const { return reader_; }

 private:
  // What a walk over an element or member changes, so that it can be taken back.
  struct Mark {
    SpanWriter::Mark writer;
    std::size_t copied;
    Counters counters;
  };
  // The members or elements of a container that are kept, as far as it was read.
  struct Kept {
    const Token* after;  // the last of them; at first, after the opening bracket
    bool any = false;
    bool gap = false;  // something was left out since
  };

  Mark mark() const { return {writer_.mark(), copied_, counters_}; }
  void go_back(const Mark& mark) {
    writer_.go_back(mark.writer);
    copied_ = mark.copied;
    counters_ = mark.counters;
  }
  // Leaves out what stands between what was kept last and byte `to`, with a comma in its place if more is kept.
  [[gnu::noinline]] void cut(const Kept& kept, std::size_t to, bool comma) {
    begin();
    writer_.show(copied_, kept.any ? reader_.end_before(kept.after) : kept.after[-1] + std::size_t{1});
    if (comma) writer_.put(',');
    copied_ = to;
  }
  // Before anything is shown.
  void begin() {
    if (first_) return;
    first_ = writer_.mark();
    if (comma_) writer_.put(',');
    comma_ = false;
  }
  Judged misshapen(const char* why, std::string_view name = {}, const char* more = "") {
    return {blame(why, name, more), Verdict::kUnreadable};
  }
  // Null.
  [[gnu::cold, gnu::noinline]] const Token* blame(const char* why, std::string_view name = {}, const char* more = "") {
    judge_.why_ = fmt::format("{}{}{}", why, name, more);
    return nullptr;
  }

  Judged plain(const Token* token, const AnswerNode& node);
  Judged null(const Token* token, const AnswerNode& node);
  Judged list(const Token* token, const AnswerNode& node);
  const Token* elements(const Token* token, const AnswerNode& node, std::size_t& count);
  Judged object(const Token* token, const AnswerNode& node);
  const Token* free_members(const Token* token, MemberRules::Known*& before);

  AnswerJudge& judge_;
  TokenReader reader_;
  SpanWriter& writer_;
  std::size_t copied_;  // up to where the text was shown, or left out
  bool comma_;          // is due
  Counters counters_;
  std::optional<SpanWriter::Mark> first_;  // before anything was shown
};

inline AnswerJudge::Walk::Judged AnswerJudge::Walk::value(const Token* token, const AnswerNode* node) {
  if (node == nullptr) return {reader_.skip(token), Verdict::kKeep};
  switch (reader_.first(token)) {
    case '[': return node->is_list ? list(token, *node) : misshapen("a list stands where something else was described");
    case '{':
      return node->is_keyed ? object(token, *node) : misshapen("an object stands where something else was described");
    case 'n': return null(token, *node);
    default:
      return node->is_list || node->is_keyed ? misshapen("a plain value stands where a list or an object was described")
                                             : plain(token, *node);
  }
}

// Nothing to hide, unless it stands where a row says whose it is.
AnswerJudge::Walk::Judged AnswerJudge::Walk::null(const Token* token, const AnswerNode& node) {
  return {reader_.scalar(token), node.decides ? Verdict::kDrop : Verdict::kKeep};
}

// A channel's or attribute's name.
inline AnswerJudge::Walk::Judged AnswerJudge::Walk::plain(const Token* token, const AnswerNode& node) {
  const Token* const after = reader_.scalar(token);
  if (after == nullptr) return {nullptr, Verdict::kUnreadable};
  const bool shown = node.shows(reader_.scalar_before(token, after), judge_.rights_);
  return {after, shown ? Verdict::kKeep : Verdict::kDrop};
}

AnswerJudge::Walk::Judged AnswerJudge::Walk::list(const Token* token, const AnswerNode& node) {
  if (node.drops) return misshapen("a list stands where a plain value was described");
  std::size_t count = 0;
  const Token* const after =
      node.each != nullptr ? elements(token, node, count)
                           : reader_.array(token, [&](const Token* element) { return ++count, reader_.skip(element); });
  if (after != nullptr && node.positional && count > judge_.most_positional_)
    return misshapen("there are more attribute values than were asked for");
  return {after, Verdict::kKeep};
}

const Token* AnswerJudge::Walk::elements(const Token* token, const AnswerNode& node, std::size_t& count) {
  Kept kept{token + 1};
  const Token* const after = reader_.array(token, [&](const Token* element) {
    ++count;
    begin();
    const Mark before = mark();
    if (kept.gap) cut(kept, *element, kept.any);
    const Judged judged = value(element, node.each.get());
    if (judged.after == nullptr) return judged.after;
    if (judged.verdict == Verdict::kDrop) {
      go_back(before);
      ++counters_.dropped_elements;
      kept.gap = true;
    } else {
      kept = {judged.after, true, false};
    }
    return judged.after;
  });
  if (after != nullptr && kept.gap) cut(kept, after[-1], false);
  return after;
}

// Passes over members as long as they come as expected and no rule is about them, up to before a comma or brace. Answers
// `token` if there are none, null if one is invalid. By itself, so that all it needs is in registers.
[[gnu::noinline]] const Token* AnswerJudge::Walk::free_members(const Token* token, MemberRules::Known*& its_before) {
  MemberRules::Known* before = its_before;
  const Token* name = token;
  for (;;) {
    MemberRules::Known* const expected = MemberRules::expected(*before, reader_.bytes(name));
    if (expected == nullptr || !expected->rule.is_free()) break;
    before = its_before = expected;
    token = reader_.skip(name + MemberRules::kNameTokens);
    if (token == nullptr || reader_.first(token) != ',') break;
    name = token + 1;
  }
  return token;
}

AnswerJudge::Walk::Judged AnswerJudge::Walk::object(const Token* token, const AnswerNode& node) {
  MemberRules& rules = node.member_rules();
  MemberRules::Known* before = rules.start();
  MetMembers met, kept_names;
  Kept kept{token + 1};
  bool keep = true;
  const Token* const after = reader_.object(token, [&](const Token* name) -> const Token* {
    if (!kept.gap) {
      const Token* const passed = free_members(name, before);
      if (passed != name) {
        kept = {passed, true, false};
        return passed;
      }
    }
    const MemberRule* rule;
    const Token* here;
    if (MemberRules::Known* const expected = MemberRules::expected(*before, reader_.bytes(name))) {
      before = expected;
      rule = &expected->rule;
      here = name + MemberRules::kNameTokens;
    } else {
      here = reader_.name(name);
      if (here == nullptr) return nullptr;
      rule = &rules.look_up(reader_.string(name), before, node, judge_.rights_);
    }
    const AnswerNode* below = nullptr;
    if (rule->member != MemberRule::kNone) {
      const AnswerNode::Member& member = node.members[rule->member];
      if (!met.insert(rule->member)) return blame("an object names ", member.name, " twice");
      below = member.node.get();
    }
    if (rule->removed) {
      ++counters_.removed_members;
      kept.gap = true;
      return reader_.skip(here);
    }
    if (rule->kept_name != MemberRule::kNone && !kept_names.insert(rule->kept_name))
      return blame("an object names an attribute twice");
    if (kept.gap) cut(kept, *name, kept.any);
    const Judged judged = value(here, below);
    // Read on: what is dropped must be readable too.
    keep = keep && judged.verdict == Verdict::kKeep;
    kept = {judged.after, true, false};
    return judged.after;
  });
  if (after == nullptr) return {nullptr, Verdict::kUnreadable};
  if (kept.gap) cut(kept, after[-1], false);
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    const AnswerNode::Member& member = node.members[i];
    if (member.node->decides && !met.contains(i)) return misshapen("a row does not say its ", member.name);
  }
  return {after, keep ? Verdict::kKeep : Verdict::kDrop};
}

AnswerJudge::AnswerJudge(const AnswerRights& rights, const std::vector<std::uint16_t>& positional)
    : rights_(rights), most_positional_(positional.size()) {
  // The check refuses who asks for more than is permitted. Should one come here all the same, no value passes.
  const auto& attributes = rights.permitted().attributes;
  const bool all = !attributes || std::all_of(positional.begin(), positional.end(),
                                              [&](std::uint16_t i) { return attributes->contains(i); });
  if (!all) most_positional_ = 0;
}

AnswerJudge::Verdict AnswerJudge::judge(const JsonWindow& window, std::size_t token, const AnswerNode* node, int depth,
                                        bool comma, SpanWriter& writer) {
  const Token* const start = window.tokens() + token;
  why_.clear();
  Walk walk(*this, window.data(), *start, depth, comma, writer);
  auto [after, verdict] = walk.value(start, node);
  if (after == nullptr) {
    verdict = Verdict::kUnreadable;
    if (why_.empty()) why_ = walk.reader().error() != nullptr ? walk.reader().error() : "it can't be read";
  } else {
    end_ = walk.reader().end_before(after);
    next_token_ = static_cast<std::size_t>(after - window.tokens());
    if (end_ > window.utf8_to() && !is_utf8({window.data() + *start, end_ - *start})) {
      verdict = Verdict::kUnreadable;
      why_ = "it is not UTF-8";
    }
  }
  if (verdict == Verdict::kKeep) {
    walk.keep(end_);
  } else {
    walk.drop();
  }
  return verdict;
}

}  // namespace latchkey::catalog
