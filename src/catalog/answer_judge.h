// Applies the answer rules of an operation to one JSON value. Used by AnswerFilter; see answer_filter.h.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/catalog.h"

namespace latchkey::catalog {

// A rule, and how far along its path we are.
struct ActiveRule {
  const AnswerPlace* place = nullptr;
  std::size_t step = 0;
};

struct JudgeCounters {
  std::size_t dropped_elements = 0;
  std::size_t removed_members = 0;
};

class AnswerJudge {
 public:
  AnswerJudge(const Catalog& catalog, const Permitted& permitted, std::size_t positional) : catalog_(catalog), permitted_(permitted), positional_(positional) {}

  // `value` is valid JSON. Appends to `out` what may be passed on; false if nothing of the innermost element may.
  Result<bool> judge(std::string_view value, const std::vector<ActiveRule>& rules, std::string& out);
  const JudgeCounters& counters() const { return counters_; }
  void count_dropped() { ++counters_.dropped_elements; }

 private:
  Result<bool> judge_array(std::string_view value, const std::vector<ActiveRule>& rules, std::string& out);
  Result<bool> judge_object(std::string_view value, const std::vector<ActiveRule>& rules, std::string& out);
  Result<bool> may_show(const AnswerPlace& place, std::string_view scalar) const;
  Result<void> check_positional(std::string_view array) const;

  const Catalog& catalog_;
  const Permitted& permitted_;
  const std::size_t positional_;
  JudgeCounters counters_;
};

}  // namespace latchkey::catalog
