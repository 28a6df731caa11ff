// LK_CHECK(condition): our own bugs. Prints the place and stops the process; never used for input or the world.
#pragma once

namespace latchkey {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define LK_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::latchkey::check_failed(#condition, __FILE__, __LINE__))
