// What a scan found. Secrets are held once each, to be asked about and to be wiped; places know them by their number.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"

namespace latchkey::scan {

enum class Origin {
  kFile,         // in a file
  kStaged,       // in what git will commit next
  kHistory,      // in what git keeps of what was committed
  kUnreachable,  // in what git keeps, but no ref leads to
};
enum class Part { kContent, kName, kCommitMessage, kTagMessage };

// Where something stands. `path` is as the file system or git has it: any bytes.
struct Place {
  Origin origin = Origin::kFile;
  Part part = Part::kContent;
  std::string path;
  std::string repository = {};  // of kHistory, kStaged and kUnreachable: the path that was scanned
  std::string object = {};      // the commit (kHistory) or the object itself (kUnreachable), as hex
  Instant committed = {};       // of kHistory
  std::uint64_t line = 0;       // from 1; 0 if it is no content
  std::uint64_t column = 0;
};

struct FoundSecret {
  Secret secret;
  std::string hint;
  std::string fingerprint;  // 16 hex digits of its SHA-256: tells it from others, and nothing about it
  bool operator_key = false;
};

struct Finding {
  std::size_t secret = 0;  // in Report::secrets
  Place place;
};

struct Counts {
  std::uint64_t files = 0, file_bytes = 0;
  std::uint64_t objects = 0, object_bytes = 0;  // of git
};

struct Report {
  std::vector<FoundSecret> secrets;
  std::vector<Finding> findings;    // by place
  std::uint64_t untold = 0;         // findings beyond Collector::kMaxFindings
  std::vector<std::string> errors;  // what could not be scanned, a sentence each
  std::uint64_t errors_untold = 0;
  std::vector<std::string> notes;
  Counts counts;
};

// Takes what the threads of a scan find. Thread-safe.
class Collector {
 public:
  // Who writes what is scanned may fill it with keys, and has to stop somewhere.
  static constexpr std::size_t kMaxFindings = 100'000;
  static constexpr std::size_t kMaxErrors = 1'000;

  // The number of a secret; the same for the same.
  std::size_t secret(std::string_view key);
  void add(std::size_t secret, Place place);
  void add(std::string_view key, Place place) { add(secret(key), std::move(place)); }
  // Without keys that a path may hold, and printable.
  void error(std::string_view sentence);
  void note(std::string_view sentence);
  // Sorted, each place once. Leaves this empty.
  Report finish();

 private:
  std::mutex mutex_;
  Report report_;                               // guarded by mutex_
  std::map<std::string, std::size_t> numbers_;  // guarded by mutex_: by SHA-256
};

// For people: without keys, and with what is not printable written as \x1b. UTF-8 stays.
std::string shown(std::string_view path);

}  // namespace latchkey::scan
