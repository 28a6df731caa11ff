#include "telemetry/access_log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace latchkey::telemetry {
namespace {

// What a sink of a test was given, and how it behaves.
struct Paper {
  std::mutex mutex;
  std::condition_variable changed;
  std::string text;
  bool blocked = false;
  std::optional<std::size_t> room;  // bytes that still fit; then ENOSPC
  int reopened = 0;

  void set(const std::function<void()>& change) {
    const std::lock_guard lock(mutex);
    change();
    changed.notify_all();
  }
  void wait(const std::function<bool()>& until) {
    std::unique_lock lock(mutex);
    changed.wait(lock, until);
  }
};

class TestSink final : public LogSink {
 public:
  explicit TestSink(Paper& paper) : paper_(paper) {}
  Written write(std::string_view lines) override {
    std::unique_lock lock(paper_.mutex);
    paper_.changed.wait(lock, [this] { return !paper_.blocked; });
    const std::size_t fits = std::min(lines.size(), paper_.room.value_or(lines.size()));
    paper_.text += lines.substr(0, fits);
    if (paper_.room) *paper_.room -= fits;
    paper_.changed.notify_all();
    return {fits, fits < lines.size() ? ENOSPC : 0};
  }
  Result<void> reopen() override {
    paper_.set([this] { ++paper_.reopened; });
    return {};
  }
  void hurry() override {}

 private:
  Paper& paper_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

Event numbered(std::string& id, int number) {
  id = std::to_string(number);
  Event event;
  event.request_id = id;
  return event;
}

TEST(AccessLog, EveryLineIsWrittenByTheEnd_OfEachLoopInOrder) {
  Paper paper;
  constexpr int kEach = 5000;
  {
    AccessLog log(std::make_unique<TestSink>(paper), {}, 64 * 1024 * 1024);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&log, t] {
        AccessLog::Writer writer(log);
        std::string id;
        for (int i = 0; i < kEach; ++i) writer.note(numbered(id, t * kEach + i));
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(log.dropped(), 0u);
  }
  std::array<int, 3> next{};
  for (const std::string& line : lines_of(paper.text)) {
    const int number = std::stoi(nlohmann::json::parse(line)["request_id"].get<std::string>());
    EXPECT_EQ(number % kEach, next.at(static_cast<std::size_t>(number / kEach))++);
  }
  EXPECT_EQ(next, (std::array<int, 3>{kEach, kEach, kEach}));
}

TEST(AccessLog, WhatDoesNotFitIsDroppedAndCounted_NeverWaitedFor) {
  Paper paper;
  paper.blocked = true;
  std::uint64_t dropped = 0;
  {
    AccessLog log(std::make_unique<TestSink>(paper), {}, 4096);
    AccessLog::Writer writer(log);
    std::string id;
    for (int i = 0; i < 1000; ++i) writer.note(numbered(id, i));
    dropped = log.dropped();
    EXPECT_GT(dropped, 900u);
    paper.set([&] { paper.blocked = false; });
  }
  const auto lines = lines_of(paper.text);
  EXPECT_EQ(lines.size() + dropped, 1000u);
  for (const std::string& line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

TEST(AccessLog, AFullDiskLosesLinesThatAreCounted_AndTheNextLineIsWhole) {
  Paper paper;
  paper.room = 500;
  {
    AccessLog log(std::make_unique<TestSink>(paper), {});
    AccessLog::Writer writer(log);
    std::string id;
    for (int i = 0; i < 10; ++i) writer.note(numbered(id, i));
    paper.wait([&] { return *paper.room == 0; });
    while (log.dropped() == 0) std::this_thread::yield();
    paper.set([&] { paper.room.reset(); });
    writer.note(numbered(id, 99));
  }
  const auto lines = lines_of(paper.text);
  EXPECT_EQ(nlohmann::json::parse(lines.back())["request_id"], "99");
  EXPECT_TRUE(nlohmann::json::accept(lines.front()));
}

TEST(AccessLog, GoesOnInAFreshFileOnceTheOldOneWasMovedAway) {
  const std::string folder = testing::TempDir() + "access_log_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  const std::string path = folder + "/access.log", moved = folder + "/access.log.1";
  {
    auto sink = open_log_sink(path);
    ASSERT_TRUE(sink);
    AccessLog log(std::move(*sink), {});
    AccessLog::Writer writer(log);
    std::string id;
    writer.note(numbered(id, 1));
    while (lines_of(read_file(path)).empty()) std::this_thread::yield();
    std::filesystem::rename(path, moved);
    writer.note(numbered(id, 2));
    while (lines_of(read_file(moved)).size() < 2) std::this_thread::yield();
    log.reopen();
    while (!std::filesystem::exists(path)) std::this_thread::yield();
    writer.note(numbered(id, 3));
  }
  EXPECT_EQ(lines_of(read_file(moved)).size(), 2u);
  EXPECT_EQ(lines_of(read_file(path)).size(), 1u);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07, 0u) << "not for everyone to read";
  std::filesystem::remove_all(folder);
}

TEST(AccessLog, AFileThatCantBeOpenedIsSaidByName) {
  const auto sink = open_log_sink("/nowhere/access.log");
  ASSERT_FALSE(sink);
  EXPECT_NE(sink.error().message.find("/nowhere/access.log can't be opened"), std::string::npos);
}

}  // namespace
}  // namespace latchkey::telemetry
