#include "delivery/mail_digest.h"

#include "base/check.h"

namespace latchkey::delivery {

Message merge(const std::vector<store::PendingMail>& mails) {
  LK_CHECK(!mails.empty());
  const store::OutgoingMail& first = mails.front().mail;
  Message message;
  message.to = first.recipient;
  message.id = first.id.to_string();
  message.subject = first.subject;
  message.text = first.text;
  if (mails.size() == 1) return message;

  message.subject = fmt::format("{} messages from Latchkey", mails.size());
  message.text = fmt::format("Latchkey has {} messages for you. They come together, so that they don't flood you.\n",
                             mails.size());
  for (std::size_t i = 0; i < mails.size(); ++i) {
    const store::OutgoingMail& mail = mails[i].mail;
    if (i < kMailsInFull) {
      message.text += fmt::format("\n{}. {}\n\n{}", i + 1, mail.subject, mail.text);
    } else if (i < kMailsNamed) {
      message.text += fmt::format("\n{}. {}\n", i + 1, mail.subject);
    } else {
      message.text += fmt::format("\nAnd {} more, which the console shows.\n", mails.size() - i);
      break;
    }
  }
  return message;
}

}  // namespace latchkey::delivery
