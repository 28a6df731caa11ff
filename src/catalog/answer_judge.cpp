#include "catalog/answer_judge.h"

#include <algorithm>

#include "catalog/token_reader.h"

namespace latchkey::catalog {

// One walk over one value. What is cut out is not shown; the rest is shown in as few pieces as there are cuts.
class AnswerJudge::Walk {
 public:
  Walk(AnswerJudge& judge, const JsonWindow& window, std::size_t token, int depth, std::size_t from, SpanWriter& writer)
      : judge_(judge), text_(window.data()), reader_(text_, window.tokens() + token, depth), writer_(writer), copied_(from) {}

  Verdict value(const AnswerNode* node);

  void show_rest() { writer_.show(copied_, reader_.end()); }
  const TokenReader& reader() const { return reader_; }
  std::string why() const {
    if (!why_.empty()) return why_;
    return reader_.error() != nullptr ? reader_.error() : "it can't be read";
  }

 private:
  // What a walk over an element or member changes, so that it can be taken back.
  struct Mark {
    SpanWriter::Mark writer;
    std::size_t copied;
    Counters counters;
  };
  Mark mark() const { return {writer_.mark(), copied_, judge_.counters_}; }
  void go_back(const Mark& mark) {
    writer_.go_back(mark.writer);
    copied_ = mark.copied;
    judge_.counters_ = mark.counters;
  }
  // Leaves out [from, to), with a comma in its place if something stands on both sides.
  void cut(std::size_t from, std::size_t to, bool comma) {
    writer_.show(copied_, from);
    if (comma) writer_.put(',');
    copied_ = to;
  }

  Verdict list(const AnswerNode& node);
  Verdict list_of_elements(const AnswerNode& node);
  Verdict check_count(const AnswerNode& node, std::size_t count);
  Verdict object(const AnswerNode& node);
  Verdict plain(const AnswerNode& node);
  Verdict null(const AnswerNode& node);
  Verdict misshapen(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return Verdict::kUnreadable;
  }

  AnswerJudge& judge_;
  const char* const text_;
  TokenReader reader_;
  SpanWriter& writer_;
  std::size_t copied_;  // up to where the text was shown, or left out
  std::string why_;
};

inline AnswerJudge::Verdict AnswerJudge::Walk::value(const AnswerNode* node) {
  if (node == nullptr) return reader_.skip() ? Verdict::kKeep : Verdict::kUnreadable;
  switch (reader_.peek()) {
    case '[': return node->is_list ? list(*node) : misshapen("a list stands where something else was described");
    case '{': return node->is_keyed ? object(*node) : misshapen("an object stands where something else was described");
    case 'n': return null(*node);
    default:
      return node->is_list || node->is_keyed ? misshapen("a plain value stands where a list or an object was described")
                                             : plain(*node);
  }
}

// Nothing to hide, unless it stands where a row says whose it is.
AnswerJudge::Verdict AnswerJudge::Walk::null(const AnswerNode& node) {
  if (!reader_.skip()) return Verdict::kUnreadable;
  return node.decides ? Verdict::kDrop : Verdict::kKeep;
}

// A channel's or attribute's name.
inline AnswerJudge::Verdict AnswerJudge::Walk::plain(const AnswerNode& node) {
  std::string_view literal;
  if (!reader_.scalar(literal)) return Verdict::kUnreadable;
  return node.shows(literal, reader_.was_escaped(), judge_.rights_) ? Verdict::kKeep : Verdict::kDrop;
}

AnswerJudge::Verdict AnswerJudge::Walk::list(const AnswerNode& node) {
  if (node.drops) return misshapen("a list stands where a plain value was described");
  if (node.each != nullptr) return list_of_elements(node);
  std::size_t count = 0;
  TokenReader reader = reader_;
  const bool whole = reader.array([&] { return ++count, reader.skip(); });
  reader_ = reader;
  if (!whole) return Verdict::kUnreadable;
  return check_count(node, count);
}

AnswerJudge::Verdict AnswerJudge::Walk::list_of_elements(const AnswerNode& node) {
  std::size_t count = 0, kept_end = reader_.next() + 1;
  bool any = false, gap = false;
  const bool whole = reader_.array([&] {
    ++count;
    const Mark before = mark();
    if (gap) cut(kept_end, reader_.next(), any);
    const Verdict verdict = value(node.each.get());
    if (verdict == Verdict::kUnreadable) return false;
    if (verdict == Verdict::kDrop) {
      go_back(before);
      judge_.count_dropped();
      gap = true;
      return true;
    }
    any = true;
    gap = false;
    kept_end = reader_.end();
    return true;
  });
  if (!whole) return Verdict::kUnreadable;
  if (gap) cut(kept_end, reader_.end() - 1, false);
  return check_count(node, count);
}

AnswerJudge::Verdict AnswerJudge::Walk::check_count(const AnswerNode& node, std::size_t count) {
  if (node.positional && count > judge_.most_positional_)
    return misshapen("there are more attribute values than were asked for");
  return Verdict::kKeep;
}

AnswerJudge::Verdict AnswerJudge::Walk::object(const AnswerNode& node) {
  MemberRules& rules = node.member_rules();
  MemberRules::Known* before = rules.start();
  MetMembers met, kept_names;
  std::size_t kept_end = reader_.next() + 1;
  bool any = false, gap = false, keep = true;
  TokenReader reader = reader_;  // for speed: in registers
  const bool whole = reader.object([&] {
    const std::size_t start = reader.next();
    const MemberRule* rule;
    if (MemberRules::Known* const expected = MemberRules::expected(*before, reader.bytes())) {
      before = expected;
      rule = &expected->rule;
      reader.pass_name(expected->size);
    } else {
      std::string_view name;
      if (!reader.name(name)) return false;
      rule = &rules.look_up(name, reader.was_escaped(), before, node, judge_.rights_);
    }
    const AnswerNode* below = nullptr;
    if (rule->member != MemberRule::kNone) {
      const AnswerNode::Member& member = node.members[rule->member];
      if (!met.insert(rule->member)) return misshapen("an object names " + member.name + " twice"), false;
      below = member.node.get();
    }
    if (rule->removed) {
      ++judge_.counters_.removed_members;
      gap = true;
      return reader.skip();
    }
    if (rule->kept_name != MemberRule::kNone && !kept_names.insert(rule->kept_name))
      return misshapen("an object names an attribute twice"), false;
    if (gap) cut(kept_end, start, any);
    if (below == nullptr) {
      if (!reader.skip()) return false;
    } else {
      reader_ = reader;
      const Verdict verdict = value(below);
      reader = reader_;
      if (verdict == Verdict::kUnreadable) return false;
      // Read on: what is dropped must be readable too.
      keep = keep && verdict == Verdict::kKeep;
    }
    any = true;
    gap = false;
    kept_end = reader.end();
    return true;
  });
  reader_ = reader;
  if (!whole) return Verdict::kUnreadable;
  if (gap) cut(kept_end, reader_.end() - 1, false);
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    if (node.members[i].node->decides && !met.contains(i)) return misshapen("a row does not say its " + node.members[i].name);
  }
  return keep ? Verdict::kKeep : Verdict::kDrop;
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
                                        std::size_t from, SpanWriter& writer) {
  const SpanWriter::Mark before = writer.mark();
  const Counters counters = counters_;
  const std::size_t start = window.tokens()[token];
  Walk walk(*this, window, token, depth, from, writer);
  Verdict verdict = walk.value(node);
  end_ = walk.reader().end();
  next_token_ = static_cast<std::size_t>(walk.reader().token() - window.tokens());
  if (verdict == Verdict::kUnreadable) {
    why_ = walk.why();
  } else if (!window.is_ascii() && !is_utf8({window.data() + start, end_ - start})) {
    verdict = Verdict::kUnreadable;
    why_ = "it is not UTF-8";
  }
  if (verdict == Verdict::kKeep) {
    walk.show_rest();
  } else {
    writer.go_back(before);
    counters_ = counters;
  }
  return verdict;
}

}  // namespace latchkey::catalog
