#include "usage/recorder.h"

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

#include "usage/mix.h"

namespace latchkey::usage {
namespace {

std::int32_t minute_of(Instant at) { return static_cast<std::int32_t>(at.unix_ms / kMinuteMs); }

std::uint16_t ms_of_minute(Instant at) { return static_cast<std::uint16_t>(at.unix_ms % kMinuteMs); }

Cell cell_of(const Use& use) {
  Cell cell;
  cell.key = use.key;
  cell.client = use.client;
  cell.secret = use.secret;
  cell.minute = minute_of(use.at);
  cell.operation = use.operation;
  cell.outcome = use.outcome;
  cell.status_class = use.status_class;
  cell.latency = use.latency;
  return cell;
}

// The secret is eight bytes of a MAC, so cells of different keys spread by themselves; address and agent are the caller's
// choice and only move a cell among those of its own key.
std::uint64_t hash_of(const Use& use) {
  std::uint64_t low;
  std::memcpy(&low, use.client.bytes().data() + 8, sizeof low);
  const std::uint64_t small = static_cast<std::uint64_t>(use.operation) << 48 |
                              static_cast<std::uint64_t>(use.outcome.value()) << 24 |
                              static_cast<std::uint64_t>(use.status_class) << 16 | use.latency;
  return mix(mix(use.secret ^ use.user_agent.hash(), low), small + static_cast<std::uint64_t>(minute_of(use.at)));
}

}  // namespace

bool Cell::is_like(const Cell& other) const {
  return secret == other.secret && key == other.key && minute == other.minute && operation == other.operation &&
         agent == other.agent && outcome == other.outcome && status_class == other.status_class &&
         latency == other.latency && client == other.client;
}

Tally::Tally() : cells(Recorder::kMaxCells) { clear(); }

void Tally::clear() {
  cells.clear();
  lost = 0;
  examples.clear();
  observations.clear();
  tried.clear();
  tenants.clear();
  displaced_.clear();
  agent_numbers_.clear();
  lately_.fill(0);
  agents.clear();
  agents.reserve(Recorder::kMaxAgents);  // they must not move while agent_numbers_ looks at them
  (void)agent_number(UserAgent());
}

std::uint16_t Tally::agent_number(const UserAgent& agent) {
  std::uint16_t& lately = lately_[agent.hash() % lately_.size()];
  if (!agents.empty() && agents[lately] == agent.text()) return lately;
  if (const auto at = agent_numbers_.find(agent); at != agent_numbers_.end()) return lately = at->second;
  if (agents.size() >= Recorder::kMaxAgents) return 0;
  lately = static_cast<std::uint16_t>(agents.size());
  agent_numbers_.emplace(agents.emplace_back(agent.text()), lately);
  return lately;
}

// Ids end in random bits.
std::size_t Tally::TenantHash::operator()(const TenantId& tenant) const {
  std::uint64_t low;
  std::memcpy(&low, tenant.bytes().data() + 8, sizeof low);
  return low;
}

// Tenants lie at their numbers, so that one of many is found by one read. A number that is taken, or too large, leads to the
// slow way.
std::uint32_t Tally::place_tenant(const Use& use) {
  constexpr std::uint32_t kMostNumbers = 1 << 20;
  const std::uint32_t number = use.tenant_number;
  if (number < kMostNumbers) {
    if (number >= tenants.size()) tenants.resize(number + std::size_t{1});
    if (tenants[number] == TenantId{}) tenants[number] = use.tenant;  // no tenant has the nil id
    if (tenants[number] == use.tenant) return number;
  }
  const auto [at, added] = displaced_.try_emplace(use.tenant, static_cast<std::uint32_t>(tenants.size()));
  if (added) tenants.push_back(use.tenant);
  return at->second;
}

Recorder::Recorder() : current_(std::make_unique<Tally>().release()) {}
Recorder::~Recorder() { delete current_.load(); }

void Recorder::record(const Use& use) {
  const std::uint64_t turn = turns_.load(std::memory_order_relaxed);
  turns_.store(turn + 1, std::memory_order_relaxed);
  light_fence();
  Tally* const tally = current_.load(std::memory_order_acquire);
  write(*tally, use);
  turns_.store(turn + 2, std::memory_order_release);
}

void Recorder::write(Tally& tally, const Use& use) {
  Cell like = cell_of(use);
  like.agent = tally.agent_number(use.user_agent);
  Cell* const cell = tally.cells.find_or_add(like, hash_of(use));
  if (cell == nullptr) {
    ++tally.lost;
    return;
  }
  if (cell->count == 0) {
    cell->tenant = tally.place_tenant(use);
    cell->first = ms_of_minute(use.at);
  }
  ++cell->count;
  cell->last = ms_of_minute(use.at);
  if (use.outcome.is_passed()) {
    if (!use.observed.empty()) tally.observations.note(use);
    if (use.tried.trial != 0) write_tried(tally, use);
  }
  if (use.outcome.is_allowed() || cell->count > kExamplesOfACell || tally.examples.size() >= kMaxExamples) return;
  tally.examples.push_back({use.key, use.tenant, use.at, use.outcome, use.operation, use.client,
                            std::string(use.user_agent.text()), std::string(use.detail),
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
    at = tally.tried.emplace(name, TriedCell{.tenant = use.tenant, .count = 0, .at = {}, .client = {}, .detail = {}})
             .first;
  }
  TriedCell& cell = at->second;
  ++cell.count;
  cell.at = use.at;
  cell.client = use.client;
  cell.detail = use.tried.detail;
}

void Recorder::take(std::unique_ptr<Tally>& tally) {
  tally->clear();
  tally.reset(current_.exchange(tally.release(), std::memory_order_acq_rel));
  // Whoever has read the old pointer is seen to be writing, from here on.
  heavy_fence();
  const std::uint64_t turn = turns_.load(std::memory_order_acquire);
  if (turn % 2 == 0) return;
  while (turns_.load(std::memory_order_acquire) == turn) std::this_thread::yield();
}

}  // namespace latchkey::usage
