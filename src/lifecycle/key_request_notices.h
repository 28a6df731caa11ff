// Who is told that a third party has filled in a request link: whoever made the link, or the owners of the tenant when that
// was a program or somebody who is gone; and the tenant's webhooks. What strangers wrote goes into no header, and into the
// text only as far as it says who they are: the rest is read in the console.
#pragma once
#include <string>

#include "base/random.h"
#include "core/tenant.h"
#include "store/key_request_store.h"
#include "store/webhook_store.h"

namespace latchkey::lifecycle {

struct NoticeSources {
  store::KeyStore& keys;
  store::WebhookStore& webhooks;
  bool mails = false;  // whether this server can send any
  const std::string& console_url;
};

// `record` as it will be once it is stored.
Result<store::Notices> notices_of(const store::KeyRequestRecord& record, const Tenant& tenant,
                                  const NoticeSources& sources, Random& random);

}  // namespace latchkey::lifecycle
