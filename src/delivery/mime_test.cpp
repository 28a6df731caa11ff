#include "delivery/mime.h"

#include <gtest/gtest.h>

#include "delivery/mail_digest.h"

namespace latchkey::delivery {
namespace {

Message sample() {
  return {.from = "latchkey@keys.example",
          .to = "dana@acme.example",
          .subject = "Acme SMS was used from a new network",
          .text = "First line.\n\nSecond.\n",
          .date = {1'777'628'400'000},  // 2026-05-01T09:40:00Z, a Friday
          .id = "mal_01"};
}

// The head's fields, and the body.
std::vector<std::string> fields_of(const std::string& bytes) {
  std::vector<std::string> fields;
  std::string_view head(bytes.data(), bytes.find("\r\n\r\n") + 2);
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    if (head[0] == ' ') {
      fields.back() += std::string(head.substr(0, end));
    } else {
      fields.emplace_back(head.substr(0, end));
    }
    head.remove_prefix(end + 2);
  }
  return fields;
}
std::string body_of(const std::string& bytes) { return bytes.substr(bytes.find("\r\n\r\n") + 4); }

TEST(Mime, AMailIsWhatRfc5322Wants) {
  const auto bytes = compose(sample());
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes,
            "From: Latchkey <latchkey@keys.example>\r\n"
            "To: <dana@acme.example>\r\n"
            "Subject: Acme SMS was used from a new network\r\n"
            "Date: Fri, 01 May 2026 09:40:00 +0000\r\n"
            "Message-ID: <mal_01@keys.example>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "First line.\r\n\r\nSecond.\r\n");
}

TEST(Mime, NothingInSubjectOrTextMakesAHeaderField) {
  Message message = sample();
  for (const std::string_view attack :
       {"A\r\nBcc: eve@evil.example", "A\nBcc: eve@evil.example", "A\rBcc: eve@evil.example", "A\r\n\r\nbody",
        "A\0Bcc: eve@evil.example", "Ü\r\nBcc: eve@evil.example"}) {
    message.subject = attack;
    message.id = attack;
    const auto bytes = compose(message);
    ASSERT_TRUE(bytes);
    const auto fields = fields_of(*bytes);
    EXPECT_EQ(fields.size(), 9u) << *bytes;
    EXPECT_EQ(body_of(*bytes), "First line.\r\n\r\nSecond.\r\n");
    for (const char c : *bytes) EXPECT_TRUE((c >= 0x20 && c < 0x7F) || c == '\r' || c == '\n');
  }
}

TEST(Mime, AnAddressThatIsNoneIsRefused) {
  for (const char* wrong :
       {"", "dana", "dana@acme.example\r\nBcc: eve@evil.example", "dana@acme.example>,<eve@evil.example",
        "dana @acme.example", "<dana@acme.example>", "dana@acme.example\n"}) {
    Message message = sample();
    message.to = wrong;
    ASSERT_FALSE(compose(message)) << wrong;
    message = sample();
    message.from = wrong;
    const auto refused = compose(message);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Mime, OtherLettersBecomeEncodedWordsCutBetweenCharacters) {
  Message message = sample();
  message.subject = "Schlüssel";
  EXPECT_EQ(fields_of(*compose(message))[2], "Subject: =?UTF-8?B?U2NobMO8c3NlbA==?=");
  message.subject.clear();
  for (int i = 0; i < 60; ++i) message.subject += "ü";
  const std::string subject = fields_of(*compose(message))[2];
  // 120 bytes: 44, 44 and 32, never 45, which would cut a letter in two.
  EXPECT_EQ(std::count(subject.begin(), subject.end(), '?'), 3 * 4);
  message.subject = "=?UTF-8?B?AAAA?=";
  EXPECT_EQ(fields_of(*compose(message))[2], "Subject: =?UTF-8?B?PT9VVEYtOD9CP0FBQUE/PQ==?=")
      << "what looks encoded is encoded";
  message.subject = "broken \xC3";
  EXPECT_EQ(fields_of(*compose(message))[2], "Subject: broken ?");
}

TEST(Mime, TheTextIsQuotedPrintableInShortLines) {
  Message message = sample();
  message.text = "1 = 1 für 3 €\ntrailing \r\n" + std::string(200, 'x') + "\n" + std::string(100, '=');
  const std::string body = body_of(*compose(message));
  EXPECT_TRUE(body.starts_with("1 =3D 1 f=C3=BCr 3 =E2=82=AC\r\ntrailing=20\r\nxxx")) << body;
  for (std::size_t start = 0; start < body.size();) {
    const std::size_t end = body.find("\r\n", start);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - start, 76u);
    start = end + 2;
  }
}

TEST(MailDigest, OneMailStaysAsItIsAndManyBecomeOne) {
  std::vector<store::PendingMail> mails(1);
  mails[0].mail.recipient = "dana@acme.example";
  mails[0].mail.subject = "One";
  mails[0].mail.text = "Text one.\n";
  EXPECT_EQ(merge(mails).subject, "One");
  EXPECT_EQ(merge(mails).text, "Text one.\n");
  mails.resize(70, mails[0]);
  const Message message = merge(mails);
  EXPECT_EQ(message.to, "dana@acme.example");
  EXPECT_EQ(message.subject, "70 messages from Latchkey");
  EXPECT_NE(message.text.find("10. One\n\nText one.\n"), std::string::npos);
  EXPECT_NE(message.text.find("11. One\n\n12. One\n"), std::string::npos) << message.text;
  EXPECT_NE(message.text.find("And 20 more, which the console shows.\n"), std::string::npos);
}

}  // namespace
}  // namespace latchkey::delivery
