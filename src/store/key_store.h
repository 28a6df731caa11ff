// Where keys, tenants and people are kept: the port. Adapters: store/sqlite, store/postgres. Every adapter passes the contract suite
// store/key_store_contract_test.h.
//
// Every write is one transaction that also appends to the change feed, and is durable (fsynced) before it returns.
// Sequences of the feed are dense for one writer and only grow. A failed write leaves nothing behind.
// Thread-safe; calls block. Errors: kNotFound, kConflict, kPreconditionFailed as stated; kUnavailable (busy, disk full),
// kCorrupt, kTooNew from any.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "core/api_key.h"
#include "core/tenant.h"
#include "core/trial.h"
#include "credential/digest.h"

namespace latchkey::store {

using Sequence = std::int64_t;

// A place in the feed. The mark is drawn at random for each change where a database can lose some and go on (a standby that
// is promoted): the same sequence with another mark is another history. Where that can't be it is 0.
struct FeedPlace {
  FeedPlace(Sequence its_sequence = 0, std::int64_t its_mark = 0) : sequence(its_sequence), mark(its_mark) {}
  Sequence sequence = 0;
  std::int64_t mark = 0;
  bool operator==(const FeedPlace&) const = default;
};

// One secret of a key, as stored.
struct SecretRecord {
  credential::PepperId pepper = 0;
  credential::Digest digest{};
  Instant created_at;
  std::optional<Instant> valid_until;  // set while the key rotates away from it
  bool imported = false;               // another system made it; the digest is Peppers::imported_digest
  bool operator==(const SecretRecord&) const = default;
};

// Restrictions on trial, as stored. The seal is a MAC over what applying them would set (lifecycle/seal.h).
struct TrialRecord {
  Trial trial;
  credential::PepperId seal_pepper = 0;
  credential::Digest seal{};
  bool operator==(const TrialRecord&) const = default;
};

struct KeyRecord {
  ApiKey key;  // its `secrets` is told from the ones below
  std::vector<SecretRecord> secrets;
  // MAC over everything that a check relies on (lifecycle/seal.h); the registry refuses a record whose seal is wrong.
  credential::PepperId seal_pepper = 0;
  credential::Digest seal{};
  std::optional<TrialRecord> trial = {};  // read with the key; written by put_trial, delete_trial and apply_trial only
};

struct KeyRow;  // store/key_row.h
using RowVisitor = std::function<void(std::span<KeyRow>)>;

enum class ChangeKind { kKey, kTenant };

// Brings record.key.secrets in line with record.secrets.
void tell_secrets(KeyRecord& record);

// A secret on its way to somebody, as stored. It is encrypted under a key that only the hand-over's link holds, and that can
// be derived from the pepper (lifecycle/hand_over.h).
enum class HandOverTask { kLink = 1, kStore = 2, kTakeBack = 3 };
enum class HandOverStatus { kPending, kDone, kFailed, kWithdrawn, kExpired };

struct HandOverRecord {
  HandOverId id;
  TenantId tenant;
  KeyId key;
  std::int64_t generation = 0;  // of the secret
  HandOverTask task = HandOverTask::kLink;
  std::string manager, path;  // for kStore and kTakeBack
  std::string recipient;      // for kLink: a bare address
  credential::PepperId pepper = 0;
  std::vector<std::uint8_t> sealed;  // empty once it is not needed any more
  credential::Digest proof_hash{};   // for kLink
  HandOverStatus status = HandOverStatus::kPending;
  int tries = 0;
  std::optional<Instant> next_attempt_at;  // while there is something to send
  std::string last_error;                  // a sentence; empty when there was none
  Instant created_at;
  std::optional<Instant> expires_at;  // of a link
  std::optional<Instant> done_at;
  std::optional<IpAddress> done_address;  // who opened the link
  std::string done_user_agent;
};

// Says that something changed, not how: followers read the thing itself.
struct Change {
  Sequence sequence = 0;
  ChangeKind kind = ChangeKind::kKey;
  KeyId key;        // for kKey
  TenantId tenant;  // for both
  std::int64_t mark = 0;  // see FeedPlace
  FeedPlace place() const { return {sequence, mark}; }
};

enum class KeySort { kCreatedDescending, kCreatedAscending, kNicknameAscending, kNicknameDescending };

struct KeyQuery {
  std::string text{};  // part of nickname, contact email, hint or id, any (ASCII) case; at most 1 KiB; empty: all
  std::optional<KeyStatus> status{};  // judged at `now`; deleted keys are listed only if asked for
  std::optional<std::string> access_type{};
  std::optional<std::string> nickname{};  // exactly, any (ASCII) case
  KeySort sort = KeySort::kCreatedDescending;
  std::string cursor{};  // from KeyPage::next_cursor, with the same query; kInvalidArgument otherwise
  int limit = 50;        // 1 to 1000
  bool count = true;     // false: KeyPage::total stays 0; counting looks at every key again for each page
  Instant now{};
};

struct KeyPage {
  std::vector<ApiKey> keys;
  std::string next_cursor;  // empty on the last page; opaque, printable ASCII, under 512 bytes
  std::int64_t total = 0;   // matched by the query, over all pages
};

// Client numbers go from 1 to this.
inline constexpr std::int64_t kMaxCid = 2'147'483'647;

struct TenantPage {
  std::vector<Tenant> tenants;
  std::string next_cursor;
};

// A request that must not act twice. Kept for 24 hours.
inline constexpr std::int64_t kIdempotencyWindowMs = 24 * 60 * 60 * 1000;
struct IdempotencyRecord {
  TenantId tenant;
  credential::Digest key_hash{};      // of the Idempotency-Key
  credential::Digest request_hash{};  // of what was asked, so that a reuse for something else is noticed
  KeyId result;
  Instant created_at;
};

struct UserRecord {
  User user;
  std::string password_hash;  // Argon2id, PHC string format
};

struct SessionRecord {
  credential::Digest token_hash{};
  UserId user;
  std::string csrf_token;
  Instant created_at;
  Instant expires_at;
  Instant last_seen_at;
};

struct OperatorKeyRecord {
  credential::PepperId pepper = 0;
  credential::Digest digest{};
  std::string hint;
  Instant created_at;
};

// What is written in the same transaction as a key.
struct Along {
  std::optional<HandOverRecord> hand_over = {};  // a new one; those before it of the same key that are pending are withdrawn
  std::optional<KeyRequestId> request = {};      // a third party's that a new key answers; kConflict unless it is submitted
  bool withdraw = false;                   // those that are pending are withdrawn, without a new one
};

// What became of records that were to be inserted together, in their order.
struct InsertedKeys {
  Sequence sequence = 0;       // where the feed ends
  std::vector<KeyId> holders;  // nil: it was inserted; otherwise the key that has its secret already
};

struct SecretHolder {
  KeyId key;
  TenantId tenant;
};

class KeyStore {
 public:
  virtual ~KeyStore() = default;

  // Keys. Ids are unique over all tenants; a digest too: kConflict if either is there already.
  // With `once`: if its (tenant, key_hash) is stored already, and not older than the window before once->created_at,
  // nothing is written and kConflict is returned. kNotFound when there is no such tenant.
  virtual Result<Sequence> insert_key(const KeyRecord& record, const std::optional<IdempotencyRecord>& once,
                                      const Along& along = {}) = 0;
  // Many in one transaction. A record whose secret a key of its tenant has already is left out, and that key told. kConflict
  // if an id is there already, or a key of another tenant has a secret; with `once` as above.
  virtual Result<InsertedKeys> insert_keys(std::span<const KeyRecord> records,
                                           const std::optional<IdempotencyRecord>& once) = 0;
  // Which keys have these secrets, in their order; empty where none has.
  virtual Result<std::vector<std::optional<SecretHolder>>> find_holders(std::span<const credential::Digest> secrets) = 0;
  // Writes every field (and the secrets and seal) if the stored version is `expected_version`; `record.key.version` is
  // the new one. kPreconditionFailed when it is another, kNotFound when there is no such key in record.key.tenant. Ends the
  // trial of a key that becomes revoked.
  virtual Result<Sequence> update_key(const KeyRecord& record, std::int64_t expected_version, const Along& along = {}) = 0;
  virtual Result<KeyRecord> find_key(TenantId tenant, KeyId id) = 0;  // kNotFound
  virtual Result<KeyRecord> find_key(KeyId id) = 0;                   // whatever its tenant; for followers
  // The same of many; those that are not there are left out. In no order.
  virtual Result<std::vector<KeyRecord>> find_keys(std::span<const KeyId> ids);
  virtual Result<KeyPage> list_keys(TenantId tenant, const KeyQuery& query) = 0;
  virtual Result<std::optional<IdempotencyRecord>> find_idempotency(TenantId tenant, const credential::Digest& key_hash,
                                                                    Instant not_before) = 0;

  // Keys that have a rotation (core/api_key.h), over or not, whose id comes after this one; in order of their ids.
  virtual Result<std::vector<KeyRecord>> rotating_keys(KeyId after, int limit) = 0;
  // Forgets keys that were deleted before, at most so many, with all that hangs on them; answers how many.
  virtual Result<int> forget_deleted(Instant before, int limit) = 0;

  // Trials, one for each key at most; the key's version stays. put_trial replaces the one that is there and returns the new
  // one's number, which is its place in the feed; kNotFound when there is no such key in its tenant, kConflict when it is
  // revoked. Without a trial delete_trial writes nothing, and answers where the feed ends.
  virtual Result<Sequence> put_trial(const TrialRecord& record) = 0;
  virtual Result<Sequence> delete_trial(TenantId tenant, KeyId id, Instant at) = 0;
  // As update_key, and ends the trial of this number; kPreconditionFailed when it is over, or another runs.
  virtual Result<Sequence> apply_trial(const KeyRecord& record, std::int64_t expected_version, std::int64_t number) = 0;

  // Tenants. kConflict for a CID that is taken. cid 0: the store gives the next free one (see the returned tenant).
  virtual Result<Tenant> insert_tenant(const Tenant& tenant) = 0;
  virtual Result<Sequence> update_tenant(const Tenant& tenant) = 0;                   // kNotFound
  virtual Result<Tenant> find_tenant(TenantId id) = 0;                                // kNotFound
  virtual Result<TenantPage> list_tenants(const std::string& cursor, int limit) = 0;  // in order of creation

  // People. kConflict for an email that is taken (any ASCII case).
  virtual Result<void> insert_user(const UserRecord& user) = 0;
  virtual Result<UserRecord> find_user_by_email(std::string_view email) = 0;  // kNotFound
  virtual Result<User> find_user(UserId id) = 0;                              // kNotFound
  virtual Result<std::vector<User>> list_users(TenantId tenant) = 0;

  virtual Result<void> insert_session(const SessionRecord& session) = 0;
  virtual Result<SessionRecord> find_session(const credential::Digest& token_hash) = 0;  // kNotFound
  virtual Result<void> touch_session(const credential::Digest& token_hash, Instant last_seen, Instant expires) = 0;
  virtual Result<void> delete_session(const credential::Digest& token_hash) = 0;  // fine if there is none
  // Sessions and idempotency records that are past; called now and then.
  virtual Result<void> delete_expired(Instant now) = 0;

  virtual Result<void> insert_operator_key(const OperatorKeyRecord& record) = 0;
  virtual Result<std::vector<OperatorKeyRecord>> list_operator_keys() = 0;

  // For followers. A snapshot and its place in the feed: everything up to the returned sequence is in what was visited.
  // A visitor that answers false ends the visit. Every tenant comes before any key, keys in the order of their creation;
  // what is passed is only valid during the call. Visitors must not call the store.
  virtual Result<Sequence> visit_all(const std::function<bool(const Tenant&)>& tenant,
                                     const std::function<bool(const KeyRecord&)>& key) = 0;
  // The same for a node that starts, in a fraction of the time: on one thread for each of `keys`, which gets batches of
  // rows in no order. Everything up to the returned sequence is in what was visited; some of what came after may be, so
  // that it is complete once the feed is followed from there. Every tenant comes before any key. `expected` is told how
  // many keys there are at most, if any. kCorrupt when a row is not one that we would have written.
  virtual Result<FeedPlace> visit_rows(const std::function<void(std::size_t)>& expected,
                                       const std::function<void(const Tenant&)>& tenant,
                                       std::span<const RowVisitor> keys) = 0;
  // In order, without gaps.
  virtual Result<std::vector<Change>> changes_after(Sequence after, int limit) = 0;
  virtual Result<Sequence> last_sequence() = 0;
};

}  // namespace latchkey::store
