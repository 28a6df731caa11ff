#include "catalog/diagnostics.h"

namespace latchkey::catalog {

std::string Diagnostic::to_string() const {
  return fmt::format("{}:{}:{}: {}: {}", file, line, column, error ? "error" : "warning", message);
}

void Diagnostics::add(Place place, bool error, std::string message) {
  if (found_.size() < kMost && !seen_.emplace(place.line, place.column, message).second) return;
  errors_ += error ? 1 : 0;
  if (found_.size() >= kMost) {
    ++left_out_;
    return;
  }
  found_.push_back({file_, place.line, place.column, error, std::move(message)});
}

std::vector<Diagnostic> Diagnostics::take() {
  std::sort(found_.begin(), found_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column, a.message) < std::tie(b.line, b.column, b.message);
  });
  if (left_out_ > 0) {
    const Diagnostic& last = found_.back();
    found_.push_back({file_, last.line, last.column, errors_ > 0, fmt::format("There are {} more.", left_out_)});
  }
  return std::move(found_);
}

}  // namespace latchkey::catalog
