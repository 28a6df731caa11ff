#include "core/key_policy.h"

namespace latchkey {

std::string_view to_string(OnDue action) {
  switch (action) {
    case OnDue::kReport: return "report";
    case OnDue::kDisable: return "disable";
    case OnDue::kRotate: return "rotate";
  }
  return "";
}

std::optional<OnDue> parse_on_due(std::string_view text) {
  for (const OnDue action : {OnDue::kReport, OnDue::kDisable, OnDue::kRotate}) {
    if (text == to_string(action)) return action;
  }
  return std::nullopt;
}

std::string_view to_string(OnExposure action) {
  switch (action) {
    case OnExposure::kAlert: return "alert";
    case OnExposure::kRotate: return "rotate";
    case OnExposure::kRevoke: return "revoke";
  }
  return "";
}

std::optional<OnExposure> parse_on_exposure(std::string_view text) {
  for (const OnExposure action : {OnExposure::kAlert, OnExposure::kRotate, OnExposure::kRevoke}) {
    if (text == to_string(action)) return action;
  }
  return std::nullopt;
}

}  // namespace latchkey
