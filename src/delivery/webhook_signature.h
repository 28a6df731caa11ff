// The signature of webhook messages, as Standard Webhooks 1.0.0 has it: HMAC-SHA-256 over "id.timestamp.body" under a
// secret that receivers know as "whsec_" and its base64. Secrets are derived from a pepper, by webhook and version, so
// that none has to be stored and a rotated one can still be made while it is valid.
//
//   const Secret shown = secret_text(webhook_key(peppers, webhook.id, webhook.secret));   // "whsec_..."
//   const std::string value = signature(key, "evt_1", 1700000000, body);                   // "v1,..."
//
// Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/secret.h"
#include "core/webhook.h"
#include "credential/digest.h"

namespace latchkey::delivery {

// The pepper must be known.
Secret webhook_key(const credential::Peppers& peppers, WebhookId webhook, const WebhookSecretName& name);
Secret secret_text(const Secret& key);
std::string signature(const Secret& key, std::string_view id, std::int64_t timestamp_s, std::string_view body);

// For as long as a rotated secret goes on signing.
inline constexpr std::int64_t kSecretOverlapMs = 24LL * 60 * 60 * 1000;
// The value of webhook-signature: of the secret, and of the one before while it is valid. Empty when the pepper of the
// secret is not known any more.
std::string signatures(const credential::Peppers& peppers, const Webhook& webhook, std::string_view id, Instant now,
                       std::string_view body);

}  // namespace latchkey::delivery
