// Takes from an answer, while it streams through, what a key may not see: rows whose channel is not permitted,
// members that are attributes not permitted. Everything else passes byte for byte (white space between elements of a
// filtered array excepted).
//
//   AnswerFilter filter(catalog, operation, permitted, asked.positional);
//   std::string out;
//   while (read(chunk)) { if (auto e = filter.feed(chunk, out); !e) abort(); send(out); out.clear(); }
//   if (auto e = filter.finish(out); !e) abort();
//
// Memory is bounded by the largest element of the arrays that rules are about (kMaxElementBytes, and four bytes for each of
// its tokens), not by the answer; an object at the top is taken apart member by member as long as what rules are about lies
// within arrays below it. An answer that is not JSON, not of the catalog's shape, or has duplicate names in places that
// matter is an error: nothing is passed on unless it was judged. After an error every further call fails. One thread.
//
// If no rule of the operation limits this key, the answer passes as it is, JSON or not.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/catalog.h"

namespace latchkey::catalog {

class AnswerFilter {
 public:
  static constexpr std::size_t kMaxElementBytes = 4 * 1024 * 1024;

  // Everything is copied that is kept, but the catalog and operation, which must outlive the filter.
  AnswerFilter(const Catalog& catalog, const Operation& operation, const Permitted& permitted,
               const std::vector<std::uint16_t>& positional);
  ~AnswerFilter();
  AnswerFilter(AnswerFilter&&) noexcept;

  // Appends to `out` what may be passed on so far.
  Result<void> feed(std::string_view chunk, std::string& out);
  Result<void> finish(std::string& out);

  std::size_t dropped_elements() const;
  std::size_t removed_members() const;
  // What is held back at the moment.
  std::size_t buffered_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace latchkey::catalog
