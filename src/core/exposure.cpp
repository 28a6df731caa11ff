#include "core/exposure.h"

namespace latchkey {

std::string_view to_string(ExposureHow how) {
  switch (how) {
    case ExposureHow::kPlainHttp: return "plain_http";
    case ExposureHow::kQuery: return "query";
    case ExposureHow::kLeakReport: return "leak_report";
  }
  return "";
}

std::string_view to_string(ExposureAction action) {
  switch (action) {
    case ExposureAction::kNone: return "none";
    case ExposureAction::kRotated: return "rotated";
    case ExposureAction::kRevoked: return "revoked";
    case ExposureAction::kHeldBack: return "held_back";
  }
  return "";
}

}  // namespace latchkey
