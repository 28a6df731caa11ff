// Applies the answer rules of an operation to one JSON value. Used by AnswerFilter; see answer_filter.h.
//
// A value is kept (perhaps without some of its elements and members) or dropped: then the innermost array element that
// holds it goes. What is kept keeps its bytes. One thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/place_tree.h"

namespace latchkey::catalog {

using AnswerTree = PlaceTree<AnswerPlace>;

// Whether a channel or attribute below decides about this value as a whole, there being no array in between.
bool decides(const AnswerTree& tree);

class AnswerJudge {
 public:
  struct Counters {
    std::size_t dropped_elements = 0;
    std::size_t removed_members = 0;
  };

  // `positional`: the attributes asked for, in order. What is referred to must outlive the judge.
  AnswerJudge(const Catalog& catalog, const Permitted& permitted, const std::vector<std::uint16_t>& positional);

  // `text` is one value, which `tree` (null: nothing) is about, out of `depth` containers. Appends to `out` what may be
  // passed on. False: it is dropped, and nothing was appended; so too after an error.
  Result<bool> judge(std::string_view text, const AnswerTree* tree, int depth, std::string& out);
  // Counts an element that judge() dropped.
  void count_dropped() { ++counters_.dropped_elements; }
  const Counters& counters() const { return counters_; }

 private:
  class Walk;

  bool may_show_channel(std::string_view text) const;
  bool may_show_attribute(std::string_view name) const;

  const Catalog& catalog_;
  const Permitted& permitted_;
  std::size_t most_positional_;  // how many values a positional array may have
  Counters counters_;
};

}  // namespace latchkey::catalog
