// What the operating system says of this process, under the names that Prometheus gives such values: memory, processor
// time, open files, when it started. Read at each scrape; thread-safe.
//
//   std::vector<Reading> readings = process_readings("/proc");
#pragma once
#include <string>
#include <vector>

#include "telemetry/exposition.h"

namespace latchkey::telemetry {

// `proc`: where procfs is mounted. What can't be read there has no sample.
std::vector<Reading> process_readings(const std::string& proc);

}  // namespace latchkey::telemetry
