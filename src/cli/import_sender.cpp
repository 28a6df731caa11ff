#include "cli/import_sender.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/secret.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

constexpr int kAttempts = 9;  // over half a minute, while the server says that it is busy
constexpr std::int64_t kFirstWaitMs = 100;

bool is_busy(const Failure& failure) {
  const json problem = json::parse(failure.problem, nullptr, /*allow_exceptions=*/false);
  if (!problem.is_object()) return false;
  const std::string code = problem.value("code", "");
  return code == "overloaded" || code == "unavailable";
}

// "/keys/17/nickname": 17 and "nickname".
std::optional<std::pair<std::size_t, std::string>> split(const std::string& pointer) {
  static constexpr std::string_view kKeys = "/keys/";
  if (!pointer.starts_with(kKeys)) return std::nullopt;
  std::size_t place = 0;
  const char* const end = pointer.data() + pointer.size();
  const auto [at, error] = std::from_chars(pointer.data() + kKeys.size(), end, place);
  if (error != std::errc()) return std::nullopt;
  return std::pair(place, at == end ? std::string() : std::string(at + 1, end));
}

}  // namespace

ImportSender::ImportSender(const Client& client, std::string path, Options options)
    : client_(client), path_(std::move(path)), options_(options) {
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

ImportSender::~ImportSender() { finish(); }

bool ImportSender::add(std::size_t line, const std::string& json) {
  if (next_.lines.size() == kMaxKeys || (!next_.lines.empty() && next_.keys.size() + json.size() > kMaxBytes)) {
    if (!hand_over()) return false;
  }
  if (next_.keys.empty()) next_.keys.reserve(kMaxBytes);  // so that no copy of a secret is left behind
  if (!next_.lines.empty()) next_.keys += ',';
  next_.keys += json;
  next_.lines.push_back(line);
  return true;
}

bool ImportSender::hand_over() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopped_ || queue_.size() < options_.threads; });
  if (stopped_) return false;
  queue_.push_back(std::exchange(next_, {}));
  changed_.notify_all();
  return true;
}

void ImportSender::finish() {
  if (!next_.lines.empty()) (void)hand_over();
  wipe(next_.keys);
  next_ = {};
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  for (Batch& batch : queue_) wipe(batch.keys);
  queue_.clear();
  std::ranges::sort(mistakes_, {}, [](const LineMistake& mistake) { return std::pair(mistake.line, mistake.what); });
}

void ImportSender::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopped_ || ended_ || !queue_.empty(); });
    if (stopped_ || queue_.empty()) return;
    Batch batch = std::move(queue_.front());
    queue_.pop_front();
    changed_.notify_all();
    lock.unlock();
    send(batch);
    wipe(batch.keys);
    lock.lock();
  }
}

void ImportSender::send(Batch& batch) {
  std::string body = fmt::format(R"({{"dry_run":{},"keys":[)", options_.dry_run);
  body.reserve(body.size() + batch.keys.size() + 2);
  body += batch.keys;
  body += "]}";
  for (int attempt = 1;; ++attempt) {
    const auto answer = client_.post(path_, body);
    if (answer) {
      const json told = json::parse(*answer, nullptr, /*allow_exceptions=*/false);
      if (!told.is_object() || !told.contains("imported")) {
        refuse(batch, {kUnreachable, "The answer is not what Latchkey's API answers. Are both of one version?"});
      } else {
        imported_ += told.value("imported", std::uint64_t{0});
        already_there_ += told.value("already_there", std::uint64_t{0});
      }
      break;
    }
    if (attempt < kAttempts && is_busy(answer.error()) && wait_before_again(kFirstWaitMs << (attempt - 1))) continue;
    refuse(batch, answer.error());
    break;
  }
  wipe(body);
}

// False if it has stopped meanwhile.
bool ImportSender::wait_before_again(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopped_; });
}

void ImportSender::refuse(const Batch& batch, Failure failure) {
  std::vector<LineMistake> found;
  const json problem = json::parse(failure.problem, nullptr, /*allow_exceptions=*/false);
  if (problem.is_object() && problem.value("code", "") == "invalid_fields" && problem.contains("errors")) {
    for (const json& error : problem["errors"]) {
      const auto place = split(error.value("pointer", ""));
      if (!place || place->first >= batch.lines.size()) continue;
      const std::string detail = error.value("detail", "");
      found.push_back({batch.lines[place->first], place->second.empty() ? detail : place->second + ": " + detail});
    }
  }
  const std::lock_guard lock(mutex_);
  stopped_ = stopped_ || found.empty() || !options_.dry_run;
  if (found.empty() && !failure_) failure_ = std::move(failure);
  mistakes_.insert(mistakes_.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  changed_.notify_all();
}

}  // namespace latchkey::cli
