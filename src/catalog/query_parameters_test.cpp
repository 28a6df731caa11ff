// How a query is taken apart: by one look where nothing about it is complicated, and by another otherwise.
#include "catalog/query_parameters.h"

#include <gtest/gtest.h>

#include <random>

namespace latchkey::catalog {
namespace {

std::vector<std::pair<std::string, std::string>> taken(const std::string& query) {
  QueryParameters parameters;
  EXPECT_FALSE(parameters.take_apart(query)) << query;
  EXPECT_TRUE(parameters.names_after_semicolons().empty());
  std::vector<std::pair<std::string, std::string>> out;
  for (const QueryParameter& parameter : parameters) out.emplace_back(parameter.name, parameter.value);
  return out;
}

std::vector<std::pair<std::string, std::string>> by_hand(const std::string& query) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string part;
  std::istringstream parts(query);
  while (std::getline(parts, part, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    out.emplace_back(part.substr(0, equals), equals == std::string::npos ? "" : part.substr(equals + 1));
  }
  return out;
}

TEST(QueryParameters, ShortAndLongOnesAreTakenApartAlike) {
  std::mt19937 rng(20'261'127);
  constexpr std::string_view kLetters = "ab=&-";
  for (int i = 0; i < 20'000; ++i) {
    std::string query(rng() % 80, ' ');
    for (char& c : query) c = kLetters[rng() % kLetters.size()];
    EXPECT_EQ(taken(query), by_hand(query)) << query;
  }
}

TEST(QueryParameters, NamesArePlainOnlyIfNothingCanHideInThem) {
  for (const char* rest : {"", "=1", "=1&b=2&c=3", "=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=10&k=11&l=12&m=13&n=14"}) {
    for (const char* name : {"a", "a.b", "a[]", "a[0]", "a%62", "+a", "a;b", "a b", "\xc5\xbf"}) {
      QueryParameters parameters;
      const std::string query = name + std::string(rest);
      const bool refused = parameters.take_apart(query).has_value();
      EXPECT_EQ(!refused && parameters.names_are_plain(), std::string_view(name) == "a") << query;
    }
  }
}

}  // namespace
}  // namespace latchkey::catalog
