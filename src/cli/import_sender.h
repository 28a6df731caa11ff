// Brings keys to the server by the batch, several batches at a time.
//
//   ImportSender sender(client, path, {.dry_run = false, .threads = 4});
//   while (rows.next(row) && sender.add(row.line, row.json)) {}
//   sender.finish();
//
// One thread adds. After a batch was refused nothing more is sent, a dry run aside, which looks at all of them.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/client.h"

namespace latchkey::cli {

struct LineMistake {
  std::size_t line = 0;
  std::string what;  // "nickname: Write a nickname of 1 to 100 characters."
};

class ImportSender {
 public:
  struct Options {
    bool dry_run = false;
    std::size_t threads = 4;
  };
  // The server takes no larger ones.
  static constexpr std::size_t kMaxKeys = 1000, kMaxBytes = 900'000;

  ImportSender(const Client& client, std::string path, Options options);
  ~ImportSender();
  ImportSender(const ImportSender&) = delete;
  ImportSender& operator=(const ImportSender&) = delete;

  // Waits while many are under way. False once nothing more is sent.
  bool add(std::size_t line, const std::string& json);
  // Sends the rest, unless it has stopped, and waits for every answer.
  void finish();

  std::uint64_t imported() const { return imported_; }
  std::uint64_t already_there() const { return already_there_; }
  // After finish().
  std::vector<LineMistake> take_mistakes() { return std::move(mistakes_); }
  const std::optional<Failure>& failure() const { return failure_; }  // what stopped it, if not mistakes

 private:
  struct Batch {
    std::vector<std::size_t> lines;
    std::string keys;  // JSON values, parted by commas
  };

  bool hand_over();
  void work();
  void send(Batch& batch);
  void refuse(const Batch& batch, Failure failure);
  bool wait_before_again(std::int64_t ms);

  const Client& client_;
  const std::string path_;
  const Options options_;
  Batch next_;  // the adding thread's

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> queue_;  // guarded by mutex_, as all below
  bool ended_ = false;       // no more will be added
  bool stopped_ = false;     // nothing more is to be sent
  std::vector<LineMistake> mistakes_;
  std::optional<Failure> failure_;

  std::atomic<std::uint64_t> imported_{0}, already_there_{0};
  std::vector<std::thread> threads_;
};

}  // namespace latchkey::cli
