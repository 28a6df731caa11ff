// A new TCP connection to a name or address: every address that the name has is tried, in order, within one deadline.
#pragma once
#include <cstdint>
#include <string>

#include "base/error.h"
#include "net/descriptor.h"
#include "net/loop.h"
#include "net/task.h"

namespace latchkey::net {

// kUnavailable or kTimeout; the message names what was to be reached.
Task<Result<Descriptor>> connect_tcp(Loop& loop, std::string host, std::uint16_t port, std::int64_t timeout_ms);

}  // namespace latchkey::net
