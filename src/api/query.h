// The query of a list: known parameters only, each at most once unless it may repeat, percent-decoded. All mistakes end up in one sentence.
//
//   QueryReader query(request.query);
//   page.limit = query.integer("limit", 1, 200).value_or(50);
//   page.text = query.text("q", 100).value_or("");
//   if (auto wrong = query.finish()) return std::unexpected(*wrong);
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/problem.h"

namespace latchkey::api {

class QueryReader {
 public:
  // `repeatable`: the one parameter that may be given more than once, up to kMaxRepeats times; see texts().
  static constexpr std::size_t kMaxRepeats = 200;
  explicit QueryReader(std::string_view query, std::string_view repeatable = {});
  // Empty when absent, or wrong and noted.
  std::optional<std::string> text(std::string_view name, std::size_t max_characters);
  std::vector<std::string> texts(std::string_view name, std::size_t max_characters);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  void mistake(std::string sentence);
  std::optional<Problem> finish();

 private:
  const std::string* find(std::string_view name);
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::vector<std::string_view> asked_;
  std::string mistakes_;
};

}  // namespace latchkey::api
