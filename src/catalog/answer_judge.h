// Applies the answer rules of an operation to one JSON value. Used by AnswerFilter; see answer_filter.h.
//
// A value is kept (perhaps without some of its elements and members) or dropped: then the innermost array element that
// holds it goes. What is kept keeps its bytes. One thread.
#pragma once
#include <string>

#include "catalog/answer_rules.h"
#include "catalog/json_window.h"
#include "catalog/span_writer.h"

namespace latchkey::catalog {

class AnswerJudge {
 public:
  struct Counters {
    std::size_t dropped_elements = 0;
    std::size_t removed_members = 0;
  };
  enum class Verdict { kKeep, kDrop, kUnreadable };

  // `positional`: the attributes asked for, in order. What is referred to must outlive the judge.
  AnswerJudge(const AnswerRights& rights, const std::vector<std::uint16_t>& positional);

  // Judges the value that begins at token number `token`, which `node` (null: nothing) is about, out of `depth` containers.
  // Shows `writer` what may be passed on, with a comma before it if `comma`; nothing unless it is kept. A value that is not
  // all there yet is unreadable.
  Verdict judge(const JsonWindow& window, std::size_t token, const AnswerNode* node, int depth, bool comma,
                SpanWriter& writer);
  // After a value that was kept or dropped: where it ended, and the number of the token after it.
  std::size_t end() const { return end_; }
  std::size_t next_token() const { return next_token_; }
  // After one that was unreadable.
  const std::string& why() const { return why_; }

  // Counts an element that judge() dropped.
  void count_dropped() { ++counters_.dropped_elements; }
  const Counters& counters() const { return counters_; }

 private:
  class Walk;

  const AnswerRights& rights_;
  std::size_t most_positional_;  // how many values a positional array may have
  Counters counters_;
  std::size_t end_ = 0;
  std::size_t next_token_ = 0;
  std::string why_;
};

}  // namespace latchkey::catalog
