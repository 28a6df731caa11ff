// Reports of secrets that were found in public. Most of what is reported is nobody's: the checksum is looked at first, then a
// table in memory, and only a secret that works is noted and acted on (exposure/exposures.h). The answer tells of each token
// only what the reporter can compute as well, whether it has the form and checksum of a key: so it is no way to ask which keys exist.
//
//   LeakReports reports(exposures, secrets, format, clock);
//   reports.take("github", tokens);
//
// Thread-safe; calls block.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "credential/format.h"
#include "exposure/exposures.h"

namespace latchkey::exposure {

inline constexpr std::size_t kMaxReportedTokens = 1'000;

struct ReportedToken {
  Secret token;
  std::string type;
  std::string url;     // where it was found
  std::string source;  // the reporter's word for the kind of place, such as "commit"
};

struct FoundSecret {
  KeyId key;
  TenantId tenant;
  std::uint64_t secret = 0;
};

// The secrets that this server knows, working or not. Thread-safe; answers from memory.
class KnownSecrets {
 public:
  virtual ~KnownSecrets() = default;
  virtual std::vector<std::optional<FoundSecret>> find(const std::vector<std::string_view>& secrets) = 0;
};

class LeakReports {
 public:
  LeakReports(Exposures& exposures, KnownSecrets& secrets, credential::KeyFormat format, const Clock& clock)
      : exposures_(exposures), secrets_(secrets), format_(std::move(format)), clock_(clock) {}

  // Room for one report. Each may take a worker for seconds, so a few are taken at once and the rest is refused.
  static constexpr int kAtOnce = 2;
  class Turn {
   public:
    explicit Turn(LeakReports& reports) : reports_(reports), has_room_(reports.under_way_.fetch_add(1) < kAtOnce) {}
    ~Turn() { reports_.under_way_.fetch_sub(1); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return has_room_; }

   private:
    LeakReports& reports_;
    const bool has_room_;
  };

  // Whether a token is one of ours by its form.
  bool is_well_formed(std::string_view token) const { return credential::is_well_formed(format_, token); }
  // Everything that works is noted before this returns; if not, the report may be sent again.
  Result<void> take(std::string_view reporter, const std::vector<ReportedToken>& tokens);

 private:
  Exposures& exposures_;
  KnownSecrets& secrets_;
  const credential::KeyFormat format_;
  const Clock& clock_;
  std::atomic<int> under_way_{0};
};

// What of a reported URL and kind of place may be kept and shown: plain http(s) URLs and short words; otherwise nothing.
std::string harmless_url(std::string_view url);
std::string harmless_source(std::string_view reporter, std::string_view source);

}  // namespace latchkey::exposure
