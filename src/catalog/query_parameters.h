// Takes a query apart as servers do, and refuses one that they would take apart differently. Pure.
#pragma once
#include <array>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::catalog {

// Views into the query, or into what was decoded of it.
struct QueryParameter {
  std::string_view name;   // percent-decoded, '+' as a space
  std::string_view value;  // the same
};

class QueryParameters {
 public:
  // Null, or a public sentence: why the query has no single reading. Views are good as long as the query and this are.
  std::optional<std::string> take_apart(std::string_view query);
  const QueryParameter* begin() const { return many_.empty() ? few_.data() : many_.data(); }
  const QueryParameter* end() const { return begin() + count_; }
  // Where a server that takes ';' as a separator of parameters would see further names ("a=1;b;c": b, c), decoded.
  const std::vector<std::string>& names_after_semicolons() const { return names_after_semicolons_; }
  // Whether each name is nothing but what it looks like: no structure can be read into it, and nothing hides in it.
  bool names_are_plain() const { return names_are_plain_; }

 private:
  static constexpr std::size_t kUsualParameters = 8;
  bool take_short(std::string_view query);
  std::optional<std::string> take(std::string_view part);
  std::optional<std::string> take_semicolons(std::string_view raw_value);

  void add(QueryParameter parameter);

  // Few lie here, and more in the vector, all of them.
  std::array<QueryParameter, kUsualParameters> few_;
  std::vector<QueryParameter> many_;
  std::size_t count_ = 0;
  std::vector<std::string> names_after_semicolons_;
  std::list<std::string> decoded_;
  bool names_are_plain_ = false;
};

}  // namespace latchkey::catalog
