// `--wait`: a change is done once every node has it, or can do no harm without it.
//
//   add_wait_options(command, *options);
//   client.post(path + wait_query(options), "{}");
//   return tell_receipt(json::parse(answer));   // a failure unless it is complete
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/output.h"

namespace latchkey::cli {

struct WaitOptions {
  bool wait = false;
  std::int64_t timeout_seconds = 10;
};

void add_wait_options(Command& command, WaitOptions& options);
// "?wait=all&wait_timeout=10", or nothing.
std::string wait_query(const WaitOptions& options);
// Says what each node does about the change, if the answer has a receipt.
Attempt<void> tell_receipt(const nlohmann::json& answer);

}  // namespace latchkey::cli
