// Sends what the outbox holds: mails, merged where many are due for one recipient, and webhook messages. What failed is
// tried again by CourierOptions::retry_seconds; what succeeded, or will never, is noted. The outbox is the only memory, so
// a restart goes on where the last run was. At least once: a crash between sending and noting sends again, under the same id.
//
//   Courier courier(outbox, people, &smtp, http, peppers, clock, random, options);
//   courier.start();   // one thread for mails, kWebhookThreads for webhooks
//   ...
//   courier.stop();    // what is under way is broken off, and goes out at the next start
//
// A webhook is told one thing at a time, and rests after a failure, so that one that never answers holds nobody else up
// for long. start() and stop() from one thread; the rest is for the courier's own threads, and for tests without them.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/duty.h"
#include "base/random.h"
#include "credential/digest.h"
#include "delivery/backoff.h"
#include "delivery/mail_sender.h"
#include "delivery/webhook_sender.h"
#include "store/key_store.h"
#include "store/outbox_store.h"

namespace latchkey::delivery {

struct CourierOptions {
  std::vector<std::int64_t> retry_seconds = standard_retry_seconds();
  std::int64_t poll_ms = 1'000;  // how often the outbox is looked at when there is nothing to do
  const Duty* duty = &Duty::always();  // of sending; outlives the courier
};

class Courier {
 public:
  static constexpr int kWebhookThreads = 4;
  // A recipient gets no more in an hour; what comes on top waits and travels together.
  static constexpr int kMessagesPerHour = 10;
  // After this long without a success a webhook is disabled.
  static constexpr std::int64_t kGiveUpMs = 5LL * 24 * 60 * 60 * 1000;
  // A webhook rests at most this long after a failure; its failed message may wait longer.
  static constexpr std::int64_t kMaxRestMs = 5LL * 60 * 1000;
  // What was sent, or given up, is kept this long.
  static constexpr std::int64_t kKeepMs = 30LL * 24 * 60 * 60 * 1000;

  // Without a mail sender no mail goes out.
  Courier(store::OutboxStore& outbox, store::KeyStore& people, MailSender* mail, WebhookSender& webhooks,
          const credential::Peppers& peppers, const Clock& clock, Random& random, CourierOptions options);
  ~Courier() { stop(); }

  void start();
  void stop();

  // One message to every recipient that has mails due, in as few as possible. Answers how many were handled.
  Result<int> send_mails();
  // The message that is due first, of a webhook that no other thread is at. Answers whether there was one.
  Result<bool> send_webhook();
  // Forgets what is old.
  Result<void> tidy_up();

 private:
  template <class Round>
  void loop(const Round& round);
  bool wait();  // false once stopping
  Result<void> send_together(const std::vector<store::PendingMail>& mails, Instant now);
  std::optional<store::DueDelivery> take(Result<bool>& outcome);
  Result<void> deliver(const store::DueDelivery& due);
  store::AttemptNote judge(const store::DueDelivery& due, const WebhookAnswer& answer, Instant at);
  std::vector<store::OutgoingMail> tell_owners(const Webhook& webhook, const std::string& reason, Instant now);

  store::OutboxStore& outbox_;
  store::KeyStore& people_;
  MailSender* const mail_;
  WebhookSender& webhooks_;
  const credential::Peppers& peppers_;
  const Clock& clock_;
  Random& random_;
  const CourierOptions options_;

  std::mutex mutex_;
  std::condition_variable stop_asked_;
  std::set<WebhookId> under_way_;      // guarded by mutex_; at most kWebhookThreads
  std::atomic<bool> stopping_{false};  // written under mutex_
  std::vector<std::thread> threads_;
};

}  // namespace latchkey::delivery
