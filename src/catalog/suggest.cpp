#include "catalog/suggest.h"

#include "catalog/catalog.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxBytes = 100;

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

std::string_view nearest(std::string_view written, std::span<const std::string_view> known) {
  if (written.size() > kMaxBytes) return {};
  const std::string folded = fold_ascii(written);
  // A name may be wrong in a third of its letters, or it is another name.
  std::size_t best = std::clamp<std::size_t>(written.size() / 3, 1, 6) + 1;
  std::string_view found;
  for (const std::string_view name : known) {
    if (name.size() > kMaxBytes) continue;
    const std::size_t d = distance(folded, fold_ascii(name));
    if (d >= best) continue;
    best = d;
    found = name;
  }
  return found;
}

}  // namespace

std::string did_you_mean(std::string_view written, std::span<const std::string_view> known) {
  const std::string_view found = nearest(written, known);
  return found.empty() ? "." : fmt::format("; did you mean \"{}\"?", found);
}

std::string did_you_mean_or_list(std::string_view written, std::span<const std::string_view> known) {
  if (const std::string_view found = nearest(written, known); !found.empty())
    return fmt::format("; did you mean \"{}\"?", found);
  std::string list = known.size() == 1 ? "; it must be " : "; it is one of ";
  for (std::size_t i = 0; i < known.size(); ++i) list += (i == 0 ? "" : ", ") + std::string(known[i]);
  return list + ".";
}

}  // namespace latchkey::catalog
