#include "store/postgres/placeholders.h"

namespace latchkey::store::postgres {

Translated with_dollars(std::string_view sql) {
  Translated out;
  out.sql.reserve(sql.size());
  char quote = '\0';
  for (std::size_t at = 0; at < sql.size(); ++at) {
    const char c = sql[at];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    }
    if (c != '?' || quote != '\0') {
      out.sql += c;
      continue;
    }
    out.sql += '$';
    std::size_t number = 0;
    for (; at + 1 < sql.size() && sql[at + 1] >= '0' && sql[at + 1] <= '9'; ++at) {
      number = number * 10 + static_cast<std::size_t>(sql[at + 1] - '0');
      out.sql += sql[at + 1];
    }
    if (number == 0) continue;  // the database will say what is wrong
    if (out.used.size() < number) out.used.resize(number);
    out.used[number - 1] = true;
  }
  return out;
}

}  // namespace latchkey::store::postgres
