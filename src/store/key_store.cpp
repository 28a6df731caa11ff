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

}  // namespace latchkey::store
