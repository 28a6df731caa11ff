// Parameters as PostgreSQL writes them: ?1 becomes $1. Question marks in literals and quoted names stay.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::store::postgres {

struct Translated {
  std::string sql;
  std::vector<bool> used;  // by number, from 0; its size is how many parameters there are
};
Translated with_dollars(std::string_view sql);

}  // namespace latchkey::store::postgres
