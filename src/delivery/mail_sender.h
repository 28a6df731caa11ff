// Sending one mail: the port. Adapter: delivery/smtp.h. Thread-safe; calls block, within the adapter's time-outs.
#pragma once
#include <atomic>
#include <string>

#include "delivery/mime.h"

namespace latchkey::delivery {

struct MailOutcome {
  enum class Kind {
    kSent,     // the server took it over
    kLater,    // it may work later
    kNever,    // the server will never take it for this recipient
    kAborted,  // stopped before it was clear
  };
  Kind kind = Kind::kLater;
  std::string error;  // a sentence for the operator, unless sent
};

class MailSender {
 public:
  virtual ~MailSender() = default;
  virtual const std::string& from() const = 0;
  virtual MailOutcome send(const Message& message, const std::atomic<bool>& abort) = 0;
};

}  // namespace latchkey::delivery
