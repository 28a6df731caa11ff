#include "check/decision.h"

namespace latchkey::check {

void Decision::reset() {
  std::string storage = std::move(detail);
  storage.clear();
  *this = {};
  detail = std::move(storage);
}

}  // namespace latchkey::check
