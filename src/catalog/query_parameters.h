// Takes a query apart as servers do, and refuses one that they would take apart differently. Pure.
#pragma once
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
  // Where a server that takes ';' as a separator of parameters would see further names ("a=1;b;c": b, c), decoded.
  std::vector<std::string> names_after_semicolons;
};

class QueryParameters {
 public:
  // Null, or a public sentence: why the query has no single reading. Views are good as long as the query and this are.
  std::optional<std::string> take_apart(std::string_view query);
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

 private:
  std::optional<std::string> take(std::string_view part);

  std::vector<QueryParameter> list_;
  std::list<std::string> decoded_;
};

}  // namespace latchkey::catalog
