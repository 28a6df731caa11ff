// --rate-limit and --quota: limits of their own for keys and tenants.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/failure.h"

namespace latchkey::cli {

struct LimitOptions {
  std::vector<std::string> rate_limits;  // NAME=REQUESTS[/SECONDS][@CLASS]
  std::vector<std::string> quotas;       // day=REQUESTS or month=REQUESTS
};

void add_limit_options(Command& command, LimitOptions& options);
// As the API takes them; a failure says how to write what can't be read.
Attempt<nlohmann::json> limits_of(const LimitOptions& options);
// "50 requests in 10 s (burst, rate class mail), 1000 requests a day", or "as the catalog says"
std::string limits_in_short(const nlohmann::json& limits);

}  // namespace latchkey::cli
