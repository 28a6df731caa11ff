// The line that tells how far a scan is.
#pragma once
#include <string>

#include "scan/progress.h"

namespace latchkey::cli {

// "Git objects [#####               ] 25 %  1,234 of 5,000, 310 MB/s"
std::string progress_line(const scan::Progress& progress, double seconds);

}  // namespace latchkey::cli
