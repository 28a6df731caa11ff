#include "telemetry/redact.h"

#include <gtest/gtest.h>

namespace latchkey::telemetry {
namespace {

std::string redacted(std::string_view text, const credential::KeyFormat& format = {}) {
  std::string out;
  Redactor(format).append(out, text);
  return out;
}

class Redact : public ::testing::Test {
 protected:
  std::string make(const credential::KeyFormat& format) { return std::string(credential::generate(format, random_).expose()); }
  SeededRandom random_{11};
};

TEST_F(Redact, AKeyIsTakenOutWhereverItStands) {
  const std::string key = make({});
  EXPECT_EQ(redacted(key), "lk_live_[redacted]");
  EXPECT_EQ(redacted("/current/" + key + "/x"), "/current/lk_live_[redacted]/x");
  EXPECT_EQ(redacted("curl (" + key + "; " + key + ")"), "curl (lk_live_[redacted]; lk_live_[redacted])");
  EXPECT_EQ(redacted("a_b_" + key), "a_b_lk_live_[redacted]");
  EXPECT_EQ(redacted("X" + key + "Y_"), "Xlk_live_[redacted]_");
}

TEST_F(Redact, OtherServersKeysAndOperatorKeysAreTakenOutToo) {
  const credential::KeyFormat ours{"acme", "prod"};
  for (const credential::KeyFormat& format : {ours, credential::KeyFormat{}, credential::KeyFormat{"other", "test"}, credential::operator_key_format()}) {
    const std::string key = make(format);
    EXPECT_EQ(redacted(key, ours), format.lead() + "[redacted]");
  }
}

TEST_F(Redact, APartOfAKeyIsTakenOut) {
  const std::string key = make({});
  for (std::size_t length = 8 + Redactor::kFewestCharacters; length < key.size(); ++length) {
    EXPECT_EQ(redacted(key.substr(0, length)), "lk_live_[redacted]") << length;
  }
  std::string wrong = key, upper = key;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  EXPECT_EQ(redacted(wrong), "lk_live_[redacted]");
  for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  EXPECT_EQ(redacted(upper), "LK_LIVE_[redacted]");
}

TEST_F(Redact, AWholeKeyIsFoundWhoseverItIs) {
  for (const credential::KeyFormat& format : {credential::KeyFormat{}, credential::KeyFormat{"other", "test"}, credential::operator_key_format()}) {
    const std::string key = make(format);
    EXPECT_TRUE(holds_key(key) && holds_key("x." + key + "-1") && holds_key("--" + key));
    EXPECT_FALSE(holds_key(key.substr(1 + format.prefix.size())) || holds_key(key.substr(0, key.size() - 1)));
  }
  for (const char* text : {"", "_", "a_b_", "req_0123456789abcdef0123456789abcdef", "order-17.a_B"}) EXPECT_FALSE(holds_key(text)) << text;
}

TEST_F(Redact, OtherTextStaysAsItIs) {
  for (const std::string text : {"", "/current/customers/GetCustomersByAction", "Mozilla/5.0 (X11; Linux x86_64)", "lk_live_", "lk_live_short",
                                 "/subscriptions/sub_sched_1MowQVLkdIwHu7ixeWGtLong", "req_0123456789abcdef0123456789abcdef",
                                 "key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", "___", "\xff\x00_\n"}) {
    EXPECT_EQ(redacted(text), text);
  }
}

}  // namespace
}  // namespace latchkey::telemetry
