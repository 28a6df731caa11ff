// What is to be sent, and what became of it: mails and webhook deliveries, as rows that outlive the process. Whoever
// decides that something is to be told writes it here in the transaction of the thing itself; delivery/courier.h sends.
// Every adapter passes the contract suite store/watch_contract_test.h.
//
// Sent at least once: a crash between sending and noting it means that it goes out again, under the same id.
// Thread-safe; calls block. Writes are durable before they return. Errors as in store/key_store.h.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "core/webhook.h"

namespace latchkey::store {

// More than these wait for nobody: what comes on top is left out, and counted in what the call answers.
inline constexpr std::int64_t kMaxPendingMails = 10'000;
inline constexpr std::int64_t kMaxPendingDeliveries = 1'000;  // of one webhook
// Of one delivery; the oldest make room.
inline constexpr std::int64_t kMaxAttemptsKept = 30;

struct OutgoingMail {
  MailId id;
  TenantId tenant;
  std::string recipient;  // a bare address
  std::string subject;
  std::string text;
  Instant created_at;
};

struct OutgoingDelivery {
  DeliveryId id;
  WebhookId webhook;
  EventId event_id;  // what receivers know it by; the same for every webhook that is told
  std::string event;
  std::string payload;  // the body, to the byte
  Instant created_at;
};

struct Notices {
  std::vector<OutgoingMail> mails;
  std::vector<OutgoingDelivery> deliveries;
};

// What could not be taken for want of room, or because its webhook is gone or disabled.
struct LeftOut {
  int mails = 0;
  int deliveries = 0;
};

enum class DeliveryStatus : std::uint8_t { kPending, kDelivered, kFailed };

struct DeliveryAttempt {
  Instant at;
  std::optional<int> status_code;    // empty: no answer came
  std::optional<std::string> error;  // a sentence; empty when it was taken
  std::int64_t duration_ms = 0;
  bool operator==(const DeliveryAttempt&) const = default;
};

struct Delivery {
  OutgoingDelivery what;
  DeliveryStatus status = DeliveryStatus::kPending;
  int tries = 0;                // since it was written or last replayed
  std::int64_t generation = 0;  // goes up with each replay
  std::optional<Instant> next_attempt_at;
  std::vector<DeliveryAttempt> attempts;  // oldest first; left empty by due_deliveries
};

struct DueDelivery {
  Delivery delivery;
  Webhook webhook;
};

struct DeliveryPage {
  std::vector<Delivery> deliveries;  // newest first
  std::string next_cursor;
};

struct PendingMail {
  OutgoingMail mail;
  int tries = 0;
};

// What came of sending some mails as one message.
struct MailNote {
  std::vector<MailId> mails;
  DeliveryStatus status = DeliveryStatus::kPending;
  Instant at;
  bool tried = true;                       // false: only put off
  std::string error;                       // for the operator; empty when sent
  std::optional<Instant> next_attempt_at;  // while pending
};

// What came of one attempt, and what it means for its webhook.
struct AttemptNote {
  DeliveryId delivery;
  std::int64_t generation = 0;  // as it was read; a delivery replayed since keeps its new state
  DeliveryAttempt attempt;
  DeliveryStatus status = DeliveryStatus::kPending;
  std::optional<Instant> next_attempt_at;  // while pending
  std::optional<Instant> failing_since;
  Instant webhook_not_before;
  std::optional<std::string> disable;  // why the webhook is disabled by this
  Notices notices;                     // who is told of that
};

class OutboxStore {
 public:
  virtual ~OutboxStore() = default;

  virtual Result<LeftOut> add(const Notices& notices) = 0;

  // Mails.
  virtual Result<std::vector<PendingMail>> due_mails(Instant now, int limit) = 0;  // in the order in which they are due
  // Messages (not mails: several may travel as one) that the recipient, in any ASCII case, was sent after `after`.
  virtual Result<int> messages_sent(std::string_view recipient, Instant after) = 0;
  virtual Result<void> note_mails(const MailNote& note) = 0;

  // Deliveries. At most one for each webhook, in the order in which they are due; none of a disabled webhook, or of one
  // whose not_before has not come.
  virtual Result<std::vector<DueDelivery>> due_deliveries(Instant now, int limit) = 0;
  // Fine when delivery or webhook are gone. Disabling makes every pending delivery of the webhook a failed one.
  virtual Result<LeftOut> note_attempt(const AttemptNote& note) = 0;
  // kNotFound when there is no such webhook, or delivery, of that tenant.
  virtual Result<DeliveryPage> list_deliveries(TenantId tenant, WebhookId webhook, const std::string& cursor,
                                               int limit) = 0;
  virtual Result<Delivery> find_delivery(TenantId tenant, WebhookId webhook, DeliveryId id) = 0;
  // To be sent now, whatever it was, with all its retries before it. kConflict while the webhook is disabled.
  virtual Result<Delivery> replay(TenantId tenant, WebhookId webhook, DeliveryId id, Instant now) = 0;

  // Mails and deliveries that were written before, and are pending no more.
  virtual Result<void> forget_sent(Instant before) = 0;
};

}  // namespace latchkey::store
