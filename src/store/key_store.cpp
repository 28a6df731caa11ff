#include "store/key_store.h"

#include <cstring>

namespace latchkey::store {

void tell_secrets(KeyRecord& record) {
  record.key.secrets.clear();
  for (const SecretRecord& secret : record.secrets) {
    KeySecret& told = record.key.secrets.emplace_back();
    std::memcpy(&told.number, secret.digest.data(), sizeof told.number);
    told.created_at = secret.created_at;
    told.valid_until = secret.valid_until;
  }
}

Result<std::vector<KeyRecord>> KeyStore::find_keys(std::span<const KeyId> ids) {
  std::vector<KeyRecord> records;
  records.reserve(ids.size());
  for (const KeyId id : ids) {
    auto record = find_key(id);
    if (record) {
      records.push_back(std::move(*record));
    } else if (record.error().code != ErrorCode::kNotFound) {
      return std::unexpected(record.error());
    }
  }
  return records;
}

}  // namespace latchkey::store
