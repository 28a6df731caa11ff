// Third parties ask, the client decides: links with which somebody without an account asks for a key, and what becomes of
// what they ask for. A link carries its token in the fragment of its address, so that it reaches no server's log; stored is
// the token's SHA-256. Thread-safe; calls block.
//
//   auto made = requests.make(tenant, {.note = "For the SMS project"}, actor);   // made->token is the only copy
//   auto form = requests.find(made->record.id, token);                           // for whoever got the link
//   requests.submit(made->record.id, token, asked);                              // nothing is made by this
//   auto key = requests.activate(tenant, made->record.id, draft, actor);         // the draft as the admin trimmed it
//
// Until somebody of the tenant answers, or the link's time is over, what was filled in can be corrected with the same link,
// up to kMaxSubmissions times in all. What was filled in is never shown to whoever has the link. An answer stands on what the
// admin sends, not on what is stored, so a correction at the last moment slips nothing in.
#pragma once
#include <optional>
#include <string>

#include "lifecycle/keys.h"
#include "store/key_request_store.h"
#include "store/webhook_store.h"

namespace latchkey::lifecycle {

inline constexpr std::int64_t kMinRequestLifeS = 60 * 60;
inline constexpr std::int64_t kMaxRequestLifeS = 30LL * 24 * 60 * 60;
inline constexpr std::int64_t kUsualRequestLifeS = 7LL * 24 * 60 * 60;
inline constexpr std::size_t kMaxNoteCharacters = 500;
inline constexpr std::size_t kMaxPurposeCharacters = 1'000;

enum class KeyRequestStatus { kOpen, kSubmitted, kActivated, kDeclined, kWithdrawn, kExpired };
std::string_view to_string(KeyRequestStatus status);
// Open ones expire; what was submitted waits for its answer however long that takes.
KeyRequestStatus status_of(const store::KeyRequestRecord& record, Instant now);
// Whether it can be filled in, or corrected.
bool takes_submissions(const store::KeyRequestRecord& record, Instant now);

struct MakeKeyRequest {
  std::string note;                        // to whoever fills it in
  std::optional<std::string> access_type;  // absent: the one that is for third parties, if there is only one
  std::optional<std::int64_t> life_seconds;
};

struct MadeKeyRequest {
  store::KeyRequestRecord record;
  Secret token;
  std::string url;  // with the token in its fragment
};

// As a stranger wrote it.
struct AskForKey {
  std::string asker, organisation, contact_email, application, purpose;
  RestrictionsInput restrictions;
};

class KeyRequests {
 public:
  // `console_url`: where links lead to. Without `places` nothing is mailed.
  KeyRequests(store::KeyRequestStore& store, store::KeyStore& key_store, store::WebhookStore& webhooks, Keys& keys,
              const catalog::Catalog& catalog, std::string console_url, const Clock& clock, Random& random,
              const HandOverPlaces* places = nullptr)
      : store_(store),
        key_store_(key_store),
        webhooks_(webhooks),
        keys_(keys),
        catalog_(catalog),
        console_url_(std::move(console_url)),
        clock_(clock),
        random_(random),
        places_(places) {}

  ChangeResult<MadeKeyRequest> make(const Tenant& tenant, const MakeKeyRequest& request, const Actor& actor);
  Result<store::KeyRequestPage> list(TenantId tenant, const std::string& cursor, int limit) {
    return store_.list_key_requests(tenant, cursor, limit);
  }
  Result<store::KeyRequestRecord> find(TenantId tenant, KeyRequestId id) { return store_.find_key_request(tenant, id); }

  // For whoever has the link: kNotFound in the same words whether the id or the token is wrong.
  Result<store::KeyRequestRecord> find(KeyRequestId id, std::string_view token);
  ChangeResult<store::KeyRequestRecord> submit(KeyRequestId id, std::string_view token, const AskForKey& asked);

  // Idempotent. What was submitted is declined, not withdrawn (kConflict), and what was not can't be declined.
  Result<store::KeyRequestRecord> withdraw(TenantId tenant, KeyRequestId id, const Actor& actor);
  Result<store::KeyRequestRecord> decline(TenantId tenant, KeyRequestId id, const Actor& actor);
  // Makes the key of `draft`, once: whoever comes later, also at the same moment, gets that key, `replayed`. The access type
  // must be the link's.
  ChangeResult<CreatedKey> activate(const Tenant& tenant, KeyRequestId id, CreateKey draft, const Actor& actor);
  // Where the secret goes unless the admin says otherwise: by mail to the contact, if this server can.
  HandOver usual_hand_over() const;

 private:
  Result<store::KeyRequestRecord> end(TenantId tenant, KeyRequestId id, store::KeyRequestState to, const Actor& actor);
  ChangeResult<CreatedKey> already_made(const store::KeyRequestRecord& record);

  store::KeyRequestStore& store_;
  store::KeyStore& key_store_;
  store::WebhookStore& webhooks_;
  Keys& keys_;
  const catalog::Catalog& catalog_;
  const std::string console_url_;
  const Clock& clock_;
  Random& random_;
  const HandOverPlaces* const places_;  // null: secrets can only be shown, and nobody is mailed
};

}  // namespace latchkey::lifecycle
