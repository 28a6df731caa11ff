// All that is kept in one database: keys and what belongs to them, and the ports beside that. What alerts() and the others
// answer lives as long as the database. Adapters: store/sqlite, store/postgres.
#pragma once
#include "store/alert_store.h"
#include "store/exposure_store.h"
#include "store/hand_over_store.h"
#include "store/key_request_store.h"
#include "store/key_store.h"
#include "store/outbox_store.h"
#include "store/quota_store.h"
#include "store/webhook_store.h"

namespace latchkey::store {

class Database : public KeyStore, public QuotaStore {
 public:
  virtual AlertStore& alerts() = 0;
  virtual WebhookStore& webhooks() = 0;
  virtual OutboxStore& outbox() = 0;
  virtual HandOverStore& hand_overs() = 0;
  virtual ExposureStore& exposures() = 0;
  virtual KeyRequestStore& key_requests() = 0;
};

}  // namespace latchkey::store
