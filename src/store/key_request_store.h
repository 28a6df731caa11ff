// Requests of third parties for a key: the links that a tenant's people made, and what strangers filled in there. The port.
// Adapter: store/tables (SQLite, PostgreSQL); every adapter passes the contract suite watch_contract_test.h.
//
// A request goes open -> submitted -> activated or declined, or open -> withdrawn, and never back. Each step is a conditional
// update, so of two who act at once one is told kConflict. Activation is written with the key (Along::request in
// store/key_store.h): there is no key without it, and no two.
// Thread-safe; calls block. Writes are durable before they return. Errors as in store/key_store.h.
#pragma once
#include <string>
#include <vector>

#include "store/key_store.h"
#include "store/outbox_store.h"

namespace latchkey::store {

enum class KeyRequestState { kOpen, kSubmitted, kActivated, kDeclined, kWithdrawn };

// What a third party wrote. It comes from strangers, and was validated before it was stored.
struct AskedKey {
  std::string asker;         // who they are
  std::string organisation;  // may be empty
  std::string contact_email;
  std::string application;  // the nickname that the key would have
  std::string purpose;      // several lines; may be empty
  Restrictions restrictions;
  bool operator==(const AskedKey&) const = default;
};

struct KeyRequestRecord {
  KeyRequestId id;
  TenantId tenant;
  credential::Digest token_hash{};  // SHA-256 of what the link's fragment carries
  std::string access_type;
  std::string note;  // from whoever made the link to whoever fills it in; may be empty
  Instant created_at;
  Actor created_by;
  Instant expires_at;  // until then it can be filled in
  KeyRequestState state = KeyRequestState::kOpen;
  int submissions = 0;
  std::optional<Instant> submitted_at;  // the latest
  AskedKey asked;                       // once submitted
  std::optional<Instant> ended_at;
  Actor ended_by;  // once ended
  KeyId key;       // once activated
};

struct KeyRequestPage {
  std::vector<KeyRequestRecord> requests;  // newest first
  std::string next_cursor;
};

class KeyRequestStore {
 public:
  // Of one tenant: those that can be filled in or wait for an answer, and those that ended (older ones are forgotten).
  static constexpr int kMaxWaiting = 100;
  static constexpr int kMaxEnded = 500;
  // How often one link may be filled in: once, and corrected.
  static constexpr int kMaxSubmissions = 10;

  virtual ~KeyRequestStore() = default;

  virtual Result<void> insert_key_request(const KeyRequestRecord& record) = 0;  // kConflict beyond kMaxWaiting
  virtual Result<KeyRequestRecord> find_key_request(KeyRequestId id) = 0;       // kNotFound
  virtual Result<KeyRequestRecord> find_key_request(TenantId tenant, KeyRequestId id) = 0;  // kNotFound
  virtual Result<KeyRequestPage> list_key_requests(TenantId tenant, const std::string& cursor, int limit) = 0;
  // Writes `asked`, in place of what was there, and who is told of it; kConflict when its time is over, it was answered, or
  // it was filled in too often.
  virtual Result<LeftOut> submit_key_request(KeyRequestId id, const AskedKey& asked, Instant at,
                                             const Notices& notices) = 0;
  // Withdrawn from open, declined from submitted; kConflict from anything else.
  virtual Result<void> end_key_request(TenantId tenant, KeyRequestId id, KeyRequestState to, Instant at,
                                       const Actor& by) = 0;
};

}  // namespace latchkey::store
