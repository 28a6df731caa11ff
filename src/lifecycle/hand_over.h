// A secret on its way to somebody: made here, sent by others. The store holds it encrypted under a key that stands in the
// fragment of the hand-over's link; the fragment is derived from the pepper when it is needed and stored nowhere. So a copy
// of the database opens nothing.
//
//   store::HandOverRecord record = make_hand_over(key, target, secret, peppers, now, random);   // written with the key
//   const Secret fragment = fragment_of(record, peppers);            // for the mail: https://.../collect/hnd_...#<fragment>
//   std::optional<Secret> secret = open_hand_over(record, peppers);  // for a secret manager
//
// Whoever opens the link proves with proof_of(fragment) that they have it, without showing it; their browser decrypts:
//   key = SHA-256("latchkey hand-over key 1 " fragment), proof = hex(SHA-256("latchkey hand-over proof 1 " fragment)),
//   box as in credential/sealed_box.h with the hand-over's id as context. The fragment is 64 hexadecimal digits.
#pragma once
#include "base/random.h"
#include "core/api_key.h"
#include "core/tenant.h"
#include "credential/digest.h"
#include "lifecycle/change_error.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

inline constexpr std::int64_t kLinkLifeMs = 3LL * 24 * 60 * 60 * 1000;

// Where secrets can go, which is a matter of the configuration. Thread-safe.
class HandOverPlaces {
 public:
  struct Manager {
    std::string name, kind, path_prefix;  // what stands before a key's path
  };
  virtual ~HandOverPlaces() = default;
  virtual bool mails_links() const = 0;
  virtual std::vector<Manager> managers_of(const Tenant& tenant) const = 0;
  // A sentence on why this tenant can't hand over like that, if so. `target` is no kShow.
  virtual std::optional<std::string> why_not(const Tenant& tenant, const HandOver& target) const = 0;
};

// A mistake at /hand_over when this can't be done. Without `places` secrets can only be shown.
void check_hand_over(const HandOver& target, const Tenant& tenant, const HandOverPlaces* places,
                     std::vector<FieldError>& mistakes);

// `target` is no kShow. A link goes to the contact of the key.
store::HandOverRecord make_hand_over(const ApiKey& key, const HandOver& target, const Secret& secret,
                                     const credential::Peppers& peppers, Instant now, Random& random);
// Undoes what a kStore of this generation wrote, or is about to.
store::HandOverRecord make_take_back(const ApiKey& key, std::int64_t generation, const credential::Peppers& peppers,
                                     Instant now, Random& random);

// Its pepper must be known.
Secret fragment_of(const store::HandOverRecord& record, const credential::Peppers& peppers);
std::string proof_of(const Secret& fragment);
bool proof_is_right(const store::HandOverRecord& record, std::string_view proof);
// Nothing when its pepper is gone, or it is not as it was made.
std::optional<Secret> open_hand_over(const store::HandOverRecord& record, const credential::Peppers& peppers);

}  // namespace latchkey::lifecycle
