// Mail over SMTP (RFC 5321), by libcurl: smtp:// with STARTTLS, or smtps://. A password goes over TLS only. Without a
// password, and with tls kWhenOffered, an unencrypted connection is taken too: for a relay on a network that is trusted.
//
//   auto problem = check_smtp(options);   // one sentence, or nothing
//   SmtpSender sender(options);           // which must outlive it
//
// Thread-safe: each mail has a connection of its own.
#pragma once
#include <string>

#include "base/secret.h"
#include "delivery/mail_sender.h"

namespace latchkey::delivery {

enum class SmtpTls { kRequired, kWhenOffered };

struct SmtpOptions {
  std::string url;   // smtp://mail.example:587 or smtps://mail.example; empty: no mail is sent
  std::string from;  // a bare address
  std::string user;  // empty: no signing in
  Secret password;
  SmtpTls tls = SmtpTls::kRequired;
  std::string ca_file;  // certificates in PEM in place of the system's; empty: the system's
};

Result<void> check_smtp(const std::string& url, const std::string& from, const std::string& user, SmtpTls tls);

class SmtpSender final : public MailSender {
 public:
  explicit SmtpSender(const SmtpOptions& options) : options_(options) {}
  const std::string& from() const override { return options_.from; }
  MailOutcome send(const Message& message, const std::atomic<bool>& abort) override;

 private:
  const SmtpOptions& options_;
};

}  // namespace latchkey::delivery
