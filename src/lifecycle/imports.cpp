#include "lifecycle/imports.h"

#include <map>

#include "lifecycle/new_key.h"
#include "lifecycle/seal.h"

namespace latchkey::lifecycle {
namespace {

std::string place_of(const ImportKey& key) { return fmt::format("/keys/{}", key.place); }

void check_secret(const ImportKey& key, Mistakes& mistakes) {
  if (key.secret.empty() == !key.sha256.has_value()) {
    mistakes.push_back({"", "Give either `secret` or `secret_sha256`, and not both."});
    return;
  }
  if (key.secret.empty()) return;
  const std::string_view text = key.secret.expose();
  if (!credential::may_be_imported(text)) {
    mistakes.push_back({"/secret",
                        fmt::format("A secret has {} to {} visible ASCII characters and no blank.",
                                    credential::kMinImportedCharacters, credential::kMaxImportedCharacters)});
  } else if (credential::is_well_formed(credential::operator_key_format(), text)) {
    mistakes.push_back({"/secret", "This is an operator key of Latchkey, which can't be an API key."});
  }
}

// Which other key of the batch had a secret first.
using PlacesBySecret = std::map<credential::Digest, std::size_t>;

Error is_for_something_else() {
  return {ErrorCode::kConflict, "This Idempotency-Key was used for another request. Use a new one for each batch.", {}};
}

}  // namespace

Imports::Imports(store::KeyStore& store, Feed& feed, const catalog::Catalog& catalog,
                 const credential::Peppers& peppers, credential::KeyFormat format, const Clock& clock, Random& random)
    : store_(store),
      feed_(feed),
      catalog_(catalog),
      peppers_(peppers),
      format_(std::move(format)),
      clock_(clock),
      random_(random) {}

// A secret of our form is kept as our own are, since a check looks for it there first. Any other is kept by its SHA-256, so
// that it is the same secret whichever way it came.
void Imports::take_secret(const ImportKey& from, Instant now, store::KeyRecord& record) const {
  store::SecretRecord& secret = record.secrets.emplace_back();
  secret.pepper = peppers_.current();
  secret.created_at = now;
  if (credential::is_well_formed(format_, from.secret.expose())) {
    secret.digest = peppers_.digest(secret.pepper, from.secret.expose());
    record.key.hint = credential::hint_of(format_, from.secret);
  } else {
    secret.imported = true;
    const credential::Digest sha256 = from.sha256 ? *from.sha256 : credential::sha256(from.secret.expose());
    secret.digest = peppers_.imported_digest(secret.pepper, sha256);
    record.key.hint = from.secret.empty() ? "imported" : credential::hint_of_imported(from.secret);
  }
  store::tell_secrets(record);
}

std::vector<store::KeyRecord> Imports::judge(const Tenant& tenant, std::span<const ImportKey> keys, Instant now,
                                             Mistakes& mistakes) {
  std::vector<store::KeyRecord> records;
  PlacesBySecret places;
  for (const ImportKey& key : keys) {
    Mistakes found;
    store::KeyRecord record;
    record.key = judge_new_key(key.key, tenant, catalog_, now, found);
    KeyImport& imported = record.key.imported.emplace();
    imported.from = key.secret.empty() ? KeyImport::From::kSha256 : KeyImport::From::kSecret;
    if (!key.external_id.empty())
      imported.external_id = check_name(key.external_id, "external id", "/external_id", found);
    check_secret(key, found);
    if (found.empty()) {
      record.key.id = KeyId::make(now, random_);
      take_secret(key, now, record);
      const auto [at, is_first] = places.emplace(record.secrets.front().digest, key.place);
      if (!is_first) found.push_back({"", fmt::format("/keys/{} has the same secret.", at->second)});
    }
    for (FieldError& mistake : found) mistakes.push_back({place_of(key) + mistake.pointer, std::move(mistake.detail)});
    records.push_back(std::move(record));
  }
  return records;
}

Mistakes Imports::mistakes_of(const Tenant& tenant, std::span<const ImportKey> keys) {
  Mistakes mistakes;
  judge(tenant, keys, clock_.now(), mistakes);
  return mistakes;
}

Result<Mistakes> Imports::held_elsewhere(const Tenant& tenant, std::span<const ImportKey> keys,
                                         std::span<const store::KeyRecord> records, ImportedBatch& held) {
  std::vector<credential::Digest> secrets;
  for (const store::KeyRecord& record : records) secrets.push_back(record.secrets.front().digest);
  LK_ASSIGN(const auto holders, store_.find_holders(secrets));
  Mistakes mistakes;
  for (std::size_t i = 0; i < holders.size(); ++i) {
    held.keys.push_back({holders[i] ? holders[i]->key : KeyId(), holders[i].has_value()});
    if (holders[i] && holders[i]->tenant != tenant.id)
      mistakes.push_back({place_of(keys[i]), "A key of another tenant has this secret already."});
  }
  return mistakes;
}

ChangeResult<ImportedBatch> Imports::foresee(const Tenant& tenant, std::span<const ImportKey> keys) {
  Mistakes mistakes;
  const std::vector<store::KeyRecord> records = judge(tenant, keys, clock_.now(), mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  ImportedBatch batch;
  auto elsewhere = held_elsewhere(tenant, keys, records, batch);
  if (!elsewhere) return stopped_by(elsewhere.error());
  if (!elsewhere->empty()) return invalid(std::move(*elsewhere));
  return batch;
}

Result<bool> Imports::was_sent_before(const store::IdempotencyRecord& once) {
  LK_ASSIGN(const auto found,
            store_.find_idempotency(once.tenant, once.key_hash, once.created_at.plus_ms(-store::kIdempotencyWindowMs)));
  if (found && found->request_hash != once.request_hash) return std::unexpected(is_for_something_else());
  return found.has_value();
}

ChangeResult<ImportedBatch> Imports::take(const Tenant& tenant, std::span<const ImportKey> keys, const Actor& actor,
                                          const std::optional<Idempotency>& once) {
  const Instant now = clock_.now();
  // Every key of a batch that was sent before is here, and found to be.
  std::optional<store::IdempotencyRecord> marker;
  bool replayed = false;
  if (once) {
    marker = {tenant.id, credential::sha256(once->key), once->request_hash, KeyId(), now};
    const auto before = was_sent_before(*marker);
    if (!before) return stopped_by(before.error());
    replayed = *before;
  }
  Mistakes mistakes;
  std::vector<store::KeyRecord> records = judge(tenant, keys, now, mistakes);
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  for (store::KeyRecord& record : records) {
    record.key.created_by = actor;
    seal(record, peppers_);
  }
  auto batch = store_batch(tenant, keys, records, replayed ? std::nullopt : marker);
  if (!batch && batch.error().error.code == ErrorCode::kConflict && marker && !replayed) {
    // The same request, sent twice at once: the other one was faster.
    const auto before = was_sent_before(*marker);
    if (!before) return stopped_by(before.error());
    replayed = *before;
    if (replayed) batch = store_batch(tenant, keys, records, std::nullopt);
  }
  if (batch) batch->replayed = replayed;
  return batch;
}

ChangeResult<ImportedBatch> Imports::store_batch(const Tenant& tenant, std::span<const ImportKey> keys,
                                                 std::span<const store::KeyRecord> records,
                                                 const std::optional<store::IdempotencyRecord>& once) {
  const auto inserted = store_.insert_keys(records, once);
  ImportedBatch batch;
  if (!inserted) {
    if (inserted.error().code != ErrorCode::kConflict) return stopped_by(inserted.error());
    auto elsewhere = held_elsewhere(tenant, keys, records, batch);
    if (!elsewhere) return stopped_by(elsewhere.error());
    if (!elsewhere->empty()) return invalid(std::move(*elsewhere));
    return stopped_by(inserted.error());
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    const KeyId holder = inserted->holders[i];
    batch.keys.push_back({holder.is_nil() ? records[i].key.id : holder, !holder.is_nil()});
  }
  if (auto followed = feed_.follow_to(inserted->sequence); !followed) {
    followed.error().message = "The keys are stored, but this server does not accept them yet. Send the batch again: " +
                               followed.error().message;
    return stopped_by(followed.error());
  }
  return batch;
}

}  // namespace latchkey::lifecycle
