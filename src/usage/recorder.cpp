#include "usage/recorder.h"

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

namespace latchkey::usage {
namespace {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a ^ (b * 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93ULL;
  return z ^ (z >> 32);
}

// How full the table may be, of four.
constexpr std::size_t kMostOfFour = 3;

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
template <class Like>
std::uint64_t hash_like(const Like& like, std::int32_t minute, std::uint64_t agent_hash) {
  std::uint64_t low;
  std::memcpy(&low, like.client.bytes().data() + 8, sizeof low);
  const std::uint64_t small = static_cast<std::uint64_t>(like.operation) << 48 |
                              static_cast<std::uint64_t>(like.outcome.value()) << 24 |
                              static_cast<std::uint64_t>(like.status_class) << 16 | like.latency;
  return mix(mix(like.secret ^ agent_hash, low), small + static_cast<std::uint64_t>(minute));
}

}  // namespace

bool Cell::is_like(const Cell& other) const {
  return secret == other.secret && key == other.key && minute == other.minute && operation == other.operation &&
         agent == other.agent && outcome == other.outcome && status_class == other.status_class &&
         latency == other.latency && client == other.client;
}

Tally::Tally() : cells(Recorder::kFirstCells) { clear(); }

void Tally::clear() {
  // A table that was large once would make every look at it slow.
  if (cells.size() > 16 * Recorder::kFirstCells && used < cells.size() / 16) {
    cells = TableMemory<Cell>(cells.size() / 4);
  } else if (used > 0) {
    std::fill(cells.begin(), cells.end(), Cell{});
  }
  used = 0;
  lost = 0;
  examples.clear();
  observations.clear();
  tried.clear();
  tenants.clear();
  tenant_numbers_.clear();
  tenants_lately_.fill(0);
  agent_numbers_.clear();
  agent_hashes_.clear();
  lately_.fill(0);
  agents.clear();
  agents.reserve(Recorder::kMaxAgents);  // they must not move while agent_numbers_ looks at them
  (void)agent_number(UserAgent());
}

UserAgent::UserAgent(std::string_view text) : text_(text.substr(0, kMaxUserAgentBytes)), hash_(text_.size()) {
  std::size_t at = 0;
  std::uint64_t word = 0;
  for (; at + 8 <= text_.size(); at += 8) {
    std::memcpy(&word, text_.data() + at, sizeof word);
    hash_ = mix(hash_, word);
  }
  if (at == text_.size()) return;
  if (text_.size() >= 8) {
    std::memcpy(&word, text_.data() + text_.size() - 8, sizeof word);  // overlaps what is in already
  } else {
    for (const char c : text_) word = word << 8 | static_cast<unsigned char>(c);
  }
  hash_ = mix(hash_, word);
}

std::uint64_t Tally::hash_of(const Cell& cell, std::uint64_t agent_hash) {
  return hash_like(cell, cell.minute, agent_hash);
}

std::uint64_t Tally::hash_of(const Use& use) { return hash_like(use, minute_of(use.at), use.user_agent.hash()); }

Cell* Tally::find_or_add(const Cell& like, std::uint64_t agent_hash) {
  if (used * 4 >= cells.size() * kMostOfFour) {
    if (cells.size() >= Recorder::kMaxCells) return nullptr;
    resize(std::min(cells.size() * 2, Recorder::kMaxCells));
  }
  for (std::size_t at = home(hash_of(like, agent_hash), cells.size());; at = after(at)) {
    Cell& cell = cells[at];
    if (cell.count == 0) {
      cell = like;
      ++used;
      return &cell;
    }
    if (cell.is_like(like)) return &cell;
  }
}

void Tally::resize(std::size_t count) {
  const TableMemory<Cell> before = std::exchange(cells, TableMemory<Cell>(count));
  for (const Cell& cell : before) {
    if (cell.count == 0) continue;
    std::size_t at = home(hash_of(cell, agent_hashes_[cell.agent]), cells.size());
    while (cells[at].count != 0) at = after(at);
    cells[at] = cell;
  }
}

std::uint16_t Tally::agent_number(const UserAgent& agent) {
  std::uint16_t& lately = lately_[agent.hash() % lately_.size()];
  if (!agents.empty() && agents[lately] == agent.text()) return lately;
  if (const auto at = agent_numbers_.find(agent); at != agent_numbers_.end()) return lately = at->second;
  if (agents.size() >= Recorder::kMaxAgents) return 0;
  lately = static_cast<std::uint16_t>(agents.size());
  agent_numbers_.emplace(agents.emplace_back(agent.text()), lately);
  agent_hashes_.push_back(agent.hash());
  return lately;
}

// Ids end in random bits.
std::size_t Tally::TenantHash::operator()(const TenantId& tenant) const {
  std::uint64_t low;
  std::memcpy(&low, tenant.bytes().data() + 8, sizeof low);
  return low;
}

std::uint32_t Tally::tenant_number(const TenantId& tenant) {
  std::uint32_t& lately = tenants_lately_[TenantHash{}(tenant) % tenants_lately_.size()];
  if (lately < tenants.size() && tenants[lately] == tenant) return lately;
  const auto [at, added] = tenant_numbers_.try_emplace(tenant, static_cast<std::uint32_t>(tenants.size()));
  if (added) tenants.push_back(tenant);
  return lately = at->second;
}

Recorder::Recorder() : current_(std::make_unique<Tally>().release()) {}
Recorder::~Recorder() { delete current_.load(); }

void Recorder::prefetch(const Use& use) const {
  if (cell_count_ == 0) return;
  __builtin_prefetch(cells_ + Tally::home(Tally::hash_of(use), cell_count_), 1);
}

void Recorder::prefetch(const KeyId& key, const Observed& observed) const {
  if (observed_count_ > 0) Observations::prefetch(observed_, observed_count_, key, observed);
}

void Recorder::record(const Use& use) {
  const std::uint64_t turn = turns_.load(std::memory_order_relaxed);
  turns_.store(turn + 1, std::memory_order_relaxed);
  light_fence();
  Tally* const tally = current_.load(std::memory_order_acquire);
  write(*tally, use);
  cells_ = tally->cells.data();
  cell_count_ = tally->cells.size();
  observed_ = tally->observations.cells().data();
  observed_count_ = tally->observations.cells().size();
  turns_.store(turn + 2, std::memory_order_release);
}

void Recorder::write(Tally& tally, const Use& use) {
  Cell like = cell_of(use);
  like.agent = tally.agent_number(use.user_agent);
  Cell* const cell = tally.find_or_add(like, tally.agent_hashes_[like.agent]);
  if (cell == nullptr) {
    ++tally.lost;
    return;
  }
  if (cell->count == 0) {
    cell->tenant = tally.tenant_number(use.tenant);
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
