// The numbers behind an alert, as a JSON object.
//
//   std::string facts = Facts().number("refusals", 40).text("reason", "rate_limited").take();
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace latchkey::watch {

class Facts {
 public:
  Facts& number(std::string_view name, std::int64_t value);
  Facts& text(std::string_view name, std::string_view value);
  Facts& time(std::string_view name, Instant value) { return text(name, format_rfc3339(value)); }
  Facts& null(std::string_view name);
  // A value that is JSON already.
  Facts& json(std::string_view name, std::string_view value);
  std::string take() { return std::move(out_) + '}'; }

 private:
  Facts& member(std::string_view name);
  std::string out_ = "{";
};

}  // namespace latchkey::watch
