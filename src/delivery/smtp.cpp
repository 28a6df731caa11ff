#include "delivery/smtp.h"

#include "delivery/curl_handle.h"
#include "lifecycle/validate.h"

namespace latchkey::delivery {
namespace {

constexpr CurlHandle::Limits kLimits{.connect_ms = 10'000, .total_ms = 60'000};

struct Upload {
  std::string_view rest;
};

std::size_t read_part(char* out, std::size_t size, std::size_t count, void* from) {
  auto& upload = *static_cast<Upload*>(from);
  const std::size_t bytes = std::min(size * count, upload.rest.size());
  std::copy_n(upload.rest.begin(), bytes, out);
  upload.rest.remove_prefix(bytes);
  return bytes;
}

// Replies that mean this mailbox, or this mail for it, for good (RFC 5321, 4.2.3). Not every 5xx: a wrong password is one,
// and an operator will mend it.
bool is_final(CURLcode code, long reply) {
  if (code == CURLE_LOGIN_DENIED) return false;
  return reply == 550 || reply == 551 || reply == 553 || reply == 556;
}

}  // namespace

Result<void> check_smtp(const std::string& url, const std::string& from, const std::string& user, SmtpTls tls) {
  const auto parts = take_apart(url);
  if (!parts || (parts->scheme != "smtp" && parts->scheme != "smtps")) {
    return fail(ErrorCode::kInvalidArgument,
                "--smtp-url must look like smtp://mail.example:587 or smtps://mail.example.");
  }
  if (parts->has_user) {
    return fail(ErrorCode::kInvalidArgument,
                "--smtp-url must not hold a user or password; give --smtp-user and --smtp-password-file.");
  }
  if (!lifecycle::is_email(from)) {
    return fail(ErrorCode::kInvalidArgument,
                "--smtp-from must be the address that mails come from, such as latchkey@acme.example.");
  }
  if (!user.empty() && parts->scheme == "smtp" && tls == SmtpTls::kWhenOffered) {
    return fail(
        ErrorCode::kInvalidArgument,
        "--smtp-tls offered can't be used with --smtp-user, because the password could then travel unencrypted.");
  }
  return {};
}

MailOutcome SmtpSender::send(const Message& message, const std::atomic<bool>& abort) {
  const auto bytes = compose(message);
  if (!bytes) return {MailOutcome::Kind::kNever, bytes.error().message};
  CurlHandle curl(kLimits, options_.ca_file, abort);
  curl.set(CURLOPT_URL, options_.url.c_str());
  curl.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl.set(CURLOPT_USE_SSL, static_cast<long>(options_.tls == SmtpTls::kRequired ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (!options_.user.empty()) {
    curl.set(CURLOPT_USERNAME, options_.user.c_str());
    // A Secret's bytes are a whole string's, so a NUL follows them. libcurl keeps a copy until the handle goes.
    curl.set(CURLOPT_PASSWORD, options_.password.expose().data());
  }
  const std::string sender = "<" + message.from + ">";
  curl.set(CURLOPT_MAIL_FROM, sender.c_str());
  CurlList recipients;
  recipients.add("<" + message.to + ">");
  curl.set(CURLOPT_MAIL_RCPT, recipients.get());
  Upload upload{*bytes};
  curl.set(CURLOPT_UPLOAD, 1L);
  curl.set(CURLOPT_READFUNCTION, read_part);
  curl.set(CURLOPT_READDATA, &upload);

  const CURLcode code = curl.perform();
  if (code == CURLE_OK) return {MailOutcome::Kind::kSent, {}};
  if (code == CURLE_ABORTED_BY_CALLBACK) return {MailOutcome::Kind::kAborted, "Stopped."};
  const long reply = curl.response_code();
  const std::string said = reply > 0 ? fmt::format(" It last said {}.", reply) : "";
  return {is_final(code, reply) ? MailOutcome::Kind::kNever : MailOutcome::Kind::kLater,
          fmt::format("The mail server did not take the mail: {}.{}", curl.explain(code), said)};
}

}  // namespace latchkey::delivery
