#include "delivery/webhook_signature.h"

#include "delivery/base64.h"

namespace latchkey::delivery {

Secret webhook_key(const credential::Peppers& peppers, WebhookId webhook, const WebhookSecretName& name) {
  return peppers.webhook_key(name.pepper, fmt::format("{} {}", webhook.to_string(), name.version));
}

Secret secret_text(const Secret& key) {
  std::string digits = to_base64(key.expose());
  Secret text("whsec_" + digits);
  wipe(digits);
  return text;
}

std::string signature(const Secret& key, std::string_view id, std::int64_t timestamp_s, std::string_view body) {
  const auto mac = credential::hmac_sha256(key.expose(), fmt::format("{}.{}.{}", id, timestamp_s, body));
  return "v1," + to_base64({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

std::string signatures(const credential::Peppers& peppers, const Webhook& webhook, std::string_view id, Instant now,
                       std::string_view body) {
  if (!peppers.knows(webhook.secret.pepper)) return {};
  const std::int64_t timestamp_s = now.unix_ms / 1000;
  std::string out = signature(webhook_key(peppers, webhook.id, webhook.secret), id, timestamp_s, body);
  const auto& old = webhook.old_secret;
  if (old && now < webhook.old_secret_until && peppers.knows(old->pepper)) {
    out += " " + signature(webhook_key(peppers, webhook.id, *old), id, timestamp_s, body);
  }
  return out;
}

}  // namespace latchkey::delivery
