#include "catalog/suggest.h"

#include <algorithm>

namespace latchkey::catalog {
namespace {

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view written, const std::vector<std::string>& known) {
  std::size_t best = std::max<std::size_t>(2, written.size() / 4) + 1;
  std::string_view nearest;
  if (written.size() > 100) return {};
  for (const std::string& name : known) {
    const std::size_t d = distance(written, name);
    if (d < best) {
      best = d;
      nearest = name;
    }
  }
  return nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?";
}

}  // namespace latchkey::catalog
