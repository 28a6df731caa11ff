#include "app/commands.h"

#include <cstdio>

namespace latchkey::app {

void print_failure(const char* message) { std::fprintf(stderr, "latchkey: %s\n", message); }

}  // namespace latchkey::app
