#include "telemetry/process_readings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace latchkey::telemetry {
namespace {

std::optional<double> read(const std::vector<Reading>& readings, const std::string& name) {
  for (const Reading& reading : readings) {
    if (reading.name == name) return reading.read();
  }
  ADD_FAILURE() << name << " is not there";
  return std::nullopt;
}

TEST(ProcessReadings, AreTakenFromProc) {
  const std::string proc = testing::TempDir() + "proc";
  std::filesystem::remove_all(proc);
  std::filesystem::create_directories(proc + "/self/fd");
  // A name may hold whatever it likes.
  std::ofstream(proc + "/self/stat") << "77 (a) b 1 2) S 1 77 77 0 -1 4194304 100 0 0 0 250 150 0 0 20 0 9 0 5000 123456789 1000 18446744073709551615 1 1\n";
  std::ofstream(proc + "/self/limits") << "Limit                     Soft Limit           Hard Limit           Units\n"
                                          "Max open files            1024                 524288               files\n";
  std::ofstream(proc + "/stat") << "cpu  1 2 3\nbtime 1767225600\nprocesses 9\n";
  for (const char* name : {"0", "1", "2", "3"}) std::ofstream(proc + "/self/fd/" + name) << "";
  const auto readings = process_readings(proc);
  const double tick = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  EXPECT_DOUBLE_EQ(read(readings, "process_cpu_seconds_total").value(), 400 * tick);
  EXPECT_EQ(read(readings, "process_virtual_memory_bytes"), 123456789);
  EXPECT_EQ(read(readings, "process_resident_memory_bytes"), 1000.0 * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(read(readings, "process_open_fds"), 3);
  EXPECT_EQ(read(readings, "process_max_fds"), 1024);
  EXPECT_DOUBLE_EQ(read(readings, "process_start_time_seconds").value(), 1767225600 + 5000 * tick);
  std::filesystem::remove_all(proc);
}

TEST(ProcessReadings, WhatCantBeReadHasNoValue) {
  for (const Reading& reading : process_readings("/nowhere")) EXPECT_FALSE(reading.read()) << reading.name;
}

TEST(ProcessReadings, OfThisProcessArePlausible) {
  const auto readings = process_readings("/proc");
  for (const Reading& reading : readings) {
    const auto value = reading.read();
    ASSERT_TRUE(value) << reading.name;
    EXPECT_GE(*value, 0) << reading.name;
  }
  EXPECT_GT(read(readings, "process_resident_memory_bytes").value(), 1e6);
  EXPECT_GT(read(readings, "process_start_time_seconds").value(), 1.7e9);
  EXPECT_GE(read(readings, "process_open_fds").value(), 3);
}

}  // namespace
}  // namespace latchkey::telemetry
