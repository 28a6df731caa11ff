// The public keys that GitHub's secret scanning signs with, by their identifiers: fetched when one is asked for that is not
// known, or when what is known has grown old, but never more often than every kRetryMs, whoever asks for what. If they can't be
// fetched, the old ones do for a while. Thread-safe; blocks while the source does.
//
//   GithubKeys keys(source, clock);
//   std::optional<std::string> pem = keys.find("bcb53661c06b4728...");
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "exposure/key_source.h"

namespace latchkey::exposure {

class GithubKeys {
 public:
  static constexpr std::int64_t kFreshMs = 60LL * 60 * 1000;        // then they are fetched again
  static constexpr std::int64_t kUsableMs = 24LL * 60 * 60 * 1000;  // then they are not believed any more
  static constexpr std::int64_t kRetryMs = 60'000;
  static constexpr std::size_t kMaxKeys = 64;
  static constexpr std::size_t kMaxIdentifierBytes = 256;

  GithubKeys(KeySource& source, const Clock& clock) : source_(source), clock_(clock) {}
  std::optional<std::string> find(std::string_view identifier);

 private:
  void fetch(std::int64_t now_ms);

  KeySource& source_;
  const Clock& clock_;
  std::mutex mutex_;  // over all below; held while keys are fetched
  std::map<std::string, std::string, std::less<>> keys_;
  std::optional<std::int64_t> fetched_ms_;  // on the steady clock, as the next
  std::optional<std::int64_t> tried_ms_;
};

// {"public_keys":[{"key_identifier":"...","key":"-----BEGIN PUBLIC KEY-----...","is_current":true}]}; keys that are not on
// P-256 are left out. kCorrupt when it is something else.
Result<std::map<std::string, std::string, std::less<>>> read_github_keys(std::string_view document);

}  // namespace latchkey::exposure
