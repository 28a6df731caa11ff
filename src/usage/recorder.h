// Counts uses on the thread that checks, for one collector that takes the counts now and then. Equal uses within a minute
// that come near each other are one cell, so what is kept grows with the variety of requests more than with their number.
//
//   Recorder recorder;                  // one per thread that checks
//   recorder.record(use);               // no lock, no waiting; allocates only while a log grows to its traffic
//   recorder.take(tally);               // the collector's thread
//
// record() is for one thread, take() for another, which gives it another table and waits until it has finished the cell that
// it may be writing to the old one. Bounded: beyond kMaxCells cells between two takes, uses are counted
// as lost; beyond kMaxAgents user agents they are told as none; of refusals kMaxExamples are kept, and of what trials say
// kMaxTried kinds.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/asymmetric_fence.h"
#include "usage/observations.h"
#include "usage/spill_table.h"
#include "usage/use.h"

namespace latchkey::usage {

inline constexpr std::int64_t kMinuteMs = 60'000;

// Uses that were alike but for when in the minute they were. One cache line: most uses begin a new one.
struct alignas(64) Cell {
  KeyId key;
  IpAddress client;
  std::uint64_t secret = 0;
  std::int32_t minute = 0;  // since 1970
  std::uint16_t operation = kNoOperation;
  std::uint16_t agent = 0;  // in Tally::agents
  Outcome outcome = Outcome::allowed();
  std::uint8_t status_class = 0;
  std::uint8_t latency = kNoLatency;
  // Of these uses:
  std::uint16_t first = 0, last = 0;  // in milliseconds of the minute
  std::uint32_t count = 0;            // 0: the cell is free
  std::uint32_t tenant = 0;           // in Tally::tenants

  std::int64_t first_ms() const { return minute * kMinuteMs + first; }
  std::int64_t last_ms() const { return minute * kMinuteMs + last; }
  bool is_like(const Cell& other) const;
};
static_assert(sizeof(Cell) == 64);

struct RefusalExample {
  KeyId key;
  TenantId tenant;
  Instant at;
  Outcome outcome = Outcome::allowed();
  std::uint16_t operation = kNoOperation;
  IpAddress client;
  std::string user_agent, detail, request_id;
};

// What a trial said of requests of one operation. The key is (key, trial, outcome, operation); the outcome is Outcome's value,
// or kNotJudged.
struct TriedCell {
  static constexpr std::uint8_t kNotJudged = 0xff;
  TenantId tenant;
  std::uint32_t count = 0;
  Instant at;  // of the latest, as the next two
  IpAddress client;
  std::string detail;
};
using TriedCells = std::map<std::tuple<KeyId, std::int64_t, std::uint8_t, std::uint16_t>, TriedCell>;

// Everything since the last take().
class Tally {
 public:
  Tally();
  SpillTable<Cell> cells;  // the same kind may come in several
  std::vector<std::string> agents;  // the first is the empty one
  std::vector<TenantId> tenants;  // some may be of no cell
  std::vector<RefusalExample> examples;
  Observations observations;
  TriedCells tried;
  std::uint64_t lost = 0;

  bool empty() const { return cells.size() == 0 && lost == 0; }
  void clear();

 private:
  friend class Recorder;
  struct AgentHash {
    std::size_t operator()(const UserAgent& agent) const { return agent.hash(); }
  };
  std::uint16_t agent_number(const UserAgent& agent);
  std::unordered_map<UserAgent, std::uint16_t, AgentHash> agent_numbers_;  // views into `agents`
  struct TenantHash {
    std::size_t operator()(const TenantId& tenant) const;
  };
  std::uint32_t place_tenant(const Use& use);
  std::unordered_map<TenantId, std::uint32_t, TenantHash> displaced_;  // whose number was another's already
  std::array<std::uint16_t, 64> lately_{};  // numbers met last, by their hash's last bits
};

class Recorder {
 public:
  static constexpr std::size_t kMaxCells = 1 << 21;
  static constexpr std::size_t kMaxAgents = 1'024;
  static constexpr std::size_t kMaxExamples = 256;
  static constexpr std::uint32_t kExamplesOfACell = 3;
  static constexpr std::size_t kMaxTried = 4'096;

  Recorder();
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void record(const Use& use);
  // Puts what was recorded into `tally`, whose own content is thrown away and whose memory is used from now on.
  void take(std::unique_ptr<Tally>& tally);

 private:
  static void write(Tally& tally, const Use& use);
  static void write_tried(Tally& tally, const Use& use);
  std::atomic<Tally*> current_;
  std::atomic<std::uint64_t> turns_{0};  // odd while record() writes
};

}  // namespace latchkey::usage
