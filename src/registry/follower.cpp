#include "registry/follower.h"

#include "base/log.h"

namespace latchkey::registry {
namespace {

constexpr int kBatch = 1000;
constexpr std::size_t kProgressEvery = 250'000;

}  // namespace

Follower::Follower(store::KeyStore& store, Registry& registry, Genuine genuine)
    : store_(store), registry_(registry), genuine_(std::move(genuine)) {}

void Follower::put(const store::KeyRecord& record) {
  if (genuine_(record)) {
    registry_.put_key(record);
    return;
  }
  log::error("registry.seal_is_wrong",
             {{"key", record.key.id.to_string()}, {"consequence", "the key is refused as unknown until its row is restored"}});
  registry_.remove_key(record.key.id);
}

Result<void> Follower::load(const std::function<void(std::size_t)>& progress) {
  const std::lock_guard lock(mutex_);
  std::size_t keys = 0;
  const auto sequence = store_.visit_all(
      [&](const Tenant& tenant) {
        registry_.put_tenant(tenant);
        return true;
      },
      [&](const store::KeyRecord& record) {
        put(record);
        if (++keys % kProgressEvery == 0) progress(keys);
        return true;
      });
  if (!sequence) return std::unexpected(sequence.error());
  position_ = *sequence;
  progress(keys);
  return {};
}

Result<void> Follower::apply(const store::Change& change) {
  switch (change.kind) {
    case store::ChangeKind::kTenant: {
      LK_ASSIGN(const Tenant tenant, store_.find_tenant(change.tenant));
      registry_.put_tenant(tenant);
      return {};
    }
    case store::ChangeKind::kKey: {
      auto record = store_.find_key(change.key);
      if (record) {
        put(*record);
      } else if (record.error().code == ErrorCode::kNotFound) {
        registry_.remove_key(change.key);
      } else {
        return std::unexpected(record.error());
      }
      return {};
    }
  }
  return {};
}

Result<void> Follower::follow_to(store::Sequence sequence) {
  if (position_ >= sequence) return {};
  const std::lock_guard lock(mutex_);
  while (position_ < sequence) {
    LK_ASSIGN(const std::vector<store::Change> changes, store_.changes_after(position_, kBatch));
    if (changes.empty()) {
      return fail(ErrorCode::kInternal, "The change was stored, but this server does not see it yet; ask again.",
                  fmt::format("feed ends at {} before {}", position_.load(), sequence));
    }
    for (const store::Change& change : changes) {
      LK_TRY(apply(change));
      position_ = change.sequence;
    }
  }
  return {};
}

}  // namespace latchkey::registry
