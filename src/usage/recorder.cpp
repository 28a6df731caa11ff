#include "usage/recorder.h"

#include <cstring>
#include <thread>

namespace latchkey::usage {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a ^ (b * 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93ULL;
  return z ^ (z >> 32);
}

// The secret is eight bytes of a MAC and the id ends in random bits, so cells of different keys spread by themselves; the
// address is the caller's choice and only moves a cell among those of its own key.
std::uint64_t hash_of(const Cell& cell) {
  std::uint64_t low, key;
  std::memcpy(&low, cell.client.bytes().data() + 8, sizeof low);
  std::memcpy(&key, cell.key.bytes().data() + 8, sizeof key);
  const std::uint64_t small = static_cast<std::uint64_t>(cell.operation) << 48 | static_cast<std::uint64_t>(cell.agent) << 32 |
                              static_cast<std::uint64_t>(cell.outcome.value()) << 24 |
                              static_cast<std::uint64_t>(cell.status_class) << 16 | cell.latency;
  return mix(mix(cell.secret ^ key, low), small + static_cast<std::uint64_t>(cell.minute));
}

}  // namespace

bool Cell::is_like(const Cell& other) const {
  return secret == other.secret && key == other.key && minute == other.minute && operation == other.operation &&
         agent == other.agent && outcome == other.outcome && status_class == other.status_class && latency == other.latency &&
         client == other.client;
}

Tally::Tally() : cells(Recorder::kFirstCells) { clear(); }

void Tally::clear() {
  // A table that was large once would make every look at it slow.
  if (cells.size() > 16 * Recorder::kFirstCells && used < cells.size() / 16) {
    cells = std::vector<Cell>(cells.size() / 4);
  } else if (used > 0) {
    std::fill(cells.begin(), cells.end(), Cell{});
  }
  used = 0;
  lost = 0;
  examples.clear();
  observations.clear();
  tried.clear();
  agent_numbers_.clear();
  agents.clear();
  agents.reserve(Recorder::kMaxAgents);  // they must not move while agent_numbers_ looks at them
  agents.emplace_back();
  agent_numbers_.emplace(agents[0], std::uint16_t{0});
}

Cell* Tally::find_or_add(const Cell& like) {
  if (used * 4 >= cells.size() * 3) {
    if (cells.size() >= Recorder::kMaxCells) return nullptr;
    grow();
  }
  const std::size_t mask = cells.size() - 1;
  for (std::size_t at = hash_of(like) & mask;; at = (at + 1) & mask) {
    Cell& cell = cells[at];
    if (cell.count == 0) {
      cell = like;
      ++used;
      return &cell;
    }
    if (cell.is_like(like)) return &cell;
  }
}

void Tally::grow() {
  std::vector<Cell> larger(cells.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Cell& cell : cells) {
    if (cell.count == 0) continue;
    std::size_t at = hash_of(cell) & mask;
    while (larger[at].count != 0) at = (at + 1) & mask;
    larger[at] = cell;
  }
  cells = std::move(larger);
}

std::uint16_t Tally::agent_number(std::string_view agent) {
  agent = agent.substr(0, kMaxUserAgentBytes);
  if (const auto at = agent_numbers_.find(agent); at != agent_numbers_.end()) return at->second;
  if (agents.size() >= Recorder::kMaxAgents) return 0;
  const auto number = static_cast<std::uint16_t>(agents.size());
  agent_numbers_.emplace(agents.emplace_back(agent), number);
  return number;
}

Recorder::Recorder() : current_(std::make_unique<Tally>().release()) {}
Recorder::~Recorder() { delete current_.load(); }

void Recorder::record(const Use& use) {
  Tally* const tally = current_.exchange(nullptr, std::memory_order_acquire);
  write(*tally, use);
  current_.store(tally, std::memory_order_release);
}

void Recorder::write(Tally& tally, const Use& use) {
  Cell like;
  like.key = use.key;
  like.client = use.client;
  like.secret = use.secret;
  like.minute = static_cast<std::int32_t>(use.at.unix_ms / kMinuteMs);
  like.operation = use.operation;
  like.agent = tally.agent_number(use.user_agent);
  like.outcome = use.outcome;
  like.status_class = use.status_class;
  like.latency = use.latency;
  Cell* const cell = tally.find_or_add(like);
  if (cell == nullptr) {
    ++tally.lost;
    return;
  }
  if (cell->count == 0) {
    cell->tenant = use.tenant;
    cell->first_ms = use.at.unix_ms;
  }
  ++cell->count;
  cell->last_ms = use.at.unix_ms;
  if (use.outcome.is_passed()) {
    if (!use.observed.empty()) tally.observations.note(use);
    if (use.tried.trial != 0) write_tried(tally, use);
  }
  if (use.outcome.is_allowed() || cell->count > kExamplesOfACell || tally.examples.size() >= kMaxExamples) return;
  tally.examples.push_back({use.key, use.tenant, use.at, use.outcome, use.operation, use.client,
                            std::string(use.user_agent.substr(0, kMaxUserAgentBytes)), std::string(use.detail),
                            std::string(use.request_id)});
}

void Recorder::write_tried(Tally& tally, const Use& use) {
  const std::uint8_t outcome = use.tried.outcome ? use.tried.outcome->value() : TriedCell::kNotJudged;
  const auto name = std::tuple(use.key, use.tried.trial, outcome, use.operation);
  auto at = tally.tried.find(name);
  if (at == tally.tried.end()) {
    if (tally.tried.size() >= kMaxTried) {
      ++tally.lost;
      return;
    }
    at = tally.tried.emplace(name, TriedCell{.tenant = use.tenant, .count = 0, .at = {}, .client = {}, .detail = {}}).first;
  }
  TriedCell& cell = at->second;
  ++cell.count;
  cell.at = use.at;
  cell.client = use.client;
  cell.detail = use.tried.detail;
}

void Recorder::take(std::unique_ptr<Tally>& tally) {
  tally->clear();
  Tally* const fresh = tally.release();
  for (;;) {
    Tally* there = current_.load(std::memory_order_relaxed);
    if (there != nullptr && current_.compare_exchange_weak(there, fresh, std::memory_order_acq_rel)) {
      tally.reset(there);
      return;
    }
    std::this_thread::yield();
  }
}

}  // namespace latchkey::usage
