// Step 7 of the check: what a request asks for, against what a restricted key may have. Pure, but for what it leaves in
// the scratch (`asked`).
#pragma once
#include <optional>
#include <string>

#include "check/check.h"

namespace latchkey::check {

struct Ruling {
  bool need_body = false;
  std::optional<DenyReason> denied;
  int status = 0;  // 0: the reason's usual one
  std::string detail;
  bool filter_answer = false;
};

Ruling judge_restrictions(const catalog::Catalog& catalog, const catalog::Operation& operation, const Permitted& permitted,
                          const Request& request, Scratch& scratch);

}  // namespace latchkey::check
