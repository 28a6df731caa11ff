// The ids of the domain. See base/id.h for their form.
#pragma once
#include "base/id.h"

namespace latchkey {

struct KeyTag {
  static constexpr std::string_view kPrefix = "key_";
};
struct TenantTag {
  static constexpr std::string_view kPrefix = "ten_";
};
struct UserTag {
  static constexpr std::string_view kPrefix = "usr_";
};
struct AlertTag {
  static constexpr std::string_view kPrefix = "alr_";
};
struct WebhookTag {
  static constexpr std::string_view kPrefix = "whk_";
};
struct DeliveryTag {
  static constexpr std::string_view kPrefix = "dlv_";
};
struct EventTag {
  static constexpr std::string_view kPrefix = "evt_";
};
struct MailTag {
  static constexpr std::string_view kPrefix = "mal_";
};

struct HandOverTag {
  static constexpr std::string_view kPrefix = "hnd_";
};

struct KeyRequestTag {
  static constexpr std::string_view kPrefix = "krq_";
};

// A process that serves, from its start to its end.
struct NodeTag {
  static constexpr std::string_view kPrefix = "nod_";
};

using KeyId = Id<KeyTag>;
using TenantId = Id<TenantTag>;
using UserId = Id<UserTag>;
using AlertId = Id<AlertTag>;
using WebhookId = Id<WebhookTag>;
using DeliveryId = Id<DeliveryTag>;
using EventId = Id<EventTag>;
using MailId = Id<MailTag>;
using HandOverId = Id<HandOverTag>;
using NodeId = Id<NodeTag>;
using KeyRequestId = Id<KeyRequestTag>;

}  // namespace latchkey
