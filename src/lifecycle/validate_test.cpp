#include "lifecycle/validate.h"

#include "lifecycle/text.h"
#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

std::string name_mistake(std::string_view text) {
  Mistakes mistakes;
  check_name(text, "nickname", "/nickname", mistakes);
  return mistakes.empty() ? "" : mistakes[0].detail;
}

TEST(Validate, Name_IsTrimmedAndCountedInCharacters) {
  Mistakes mistakes;
  EXPECT_EQ(check_name("\t \u3000Acme SMS\u00a0\n", "nickname", "/nickname", mistakes), "Acme SMS");
  std::string long_name;
  for (int i = 0; i < 100; ++i) long_name += "東";
  EXPECT_EQ(check_name(long_name, "nickname", "/nickname", mistakes), long_name);
  EXPECT_TRUE(mistakes.empty());
  EXPECT_EQ(name_mistake(long_name + "京"), "The nickname has 101 characters; shorten it to 100.");
  EXPECT_EQ(name_mistake(" \u2003 "), "Write a nickname of 1 to 100 characters.");
  EXPECT_EQ(name_mistake(""), "Write a nickname of 1 to 100 characters.");
}

TEST(Validate, Name_HoldsNothingThatDeceivesTheEye) {
  EXPECT_EQ(name_mistake("a\u202Eb"), "The nickname holds a character that cannot be seen (U+202E); leave it out.");
  for (const char* bad :
       {"a\x01z", "a\nb",
        "a\x7f"
        "b",
        "a\u0085b", "a\u200bb", "a\u200eb", "a\u2066b", "a\u2069b", "a\ufeffb", "a\u061cb", "a\u2028b"}) {
    EXPECT_NE(name_mistake(bad), "") << bad;
  }
  EXPECT_NE(name_mistake(std::string_view("a\0b", 3)), "");
  EXPECT_EQ(name_mistake("\xff\xfe"), "The nickname is not valid UTF-8.");
  EXPECT_EQ(name_mistake("a\xc0\x80z"), "The nickname is not valid UTF-8.");
  EXPECT_EQ(name_mistake("a\xed\xa0\x80z"), "The nickname is not valid UTF-8.");
  for (const char* good : {"Żółć & Söhne", "עברית", "a <b> \"c\" 'd'", "👩\u200d💻 build", "100%"})
    EXPECT_EQ(name_mistake(good), "") << good;
}

TEST(Validate, Email_HasTheDocumentedShape) {
  for (const char* good : {"dana@acme.example", "a@b.co", "first.last+tag@sub-domain.acme.example",
                           "o'neil@acme.example", "ops@localhost", "x_y=z@acme.example", "1@2.example"}) {
    EXPECT_TRUE(is_email(good)) << good;
  }
  for (const char* bad : {"",
                          "@",
                          "dana",
                          "dana@",
                          "@acme.example",
                          "a@b@c.example",
                          "a@acme",
                          "a@.example",
                          "a@acme..example",
                          "a@acme.example.",
                          "a@-acme.example",
                          "a@acme-.example",
                          ".a@acme.example",
                          "a.@acme.example",
                          "a..b@acme.example",
                          "a b@acme.example",
                          "a@acme example",
                          "a@acme.example\r\nBcc: b@c.example",
                          "a\n@acme.example",
                          "\"a\"@acme.example",
                          "a@[127.0.0.1]",
                          "a@127.0.0.1",
                          "dana@acmé.example",
                          "<a@acme.example>",
                          "a,b@acme.example",
                          "a@acme.example,c"}) {
    EXPECT_FALSE(is_email(bad)) << bad;
  }
  EXPECT_TRUE(is_email(std::string(64, 'a') + "@acme.example"));
  EXPECT_FALSE(is_email(std::string(65, 'a') + "@acme.example"));
  EXPECT_FALSE(is_email("a@" + std::string(64, 'b') + ".example"));
  std::string longest = "a@";
  while (longest.size() < 246) longest += "bbb.";
  longest += "exampl" + std::string(254 - longest.size() - 6, 'e');
  EXPECT_EQ(longest.size(), 254u);
  EXPECT_TRUE(is_email(longest));
  EXPECT_FALSE(is_email(longest + "e"));
}

TEST(Text, InQuotes_IsShortAndSafeToShow) {
  EXPECT_EQ(in_quotes("abc"), "\"abc\"");
  EXPECT_EQ(in_quotes("a\nb\u202e\xff"), "\"a?b??\"");
  const std::string cut = in_quotes(std::string(200, 'x'));
  EXPECT_LT(cut.size(), 70u);
  EXPECT_TRUE(cut.ends_with("…\""));
  std::string wide;
  for (int i = 0; i < 40; ++i) wide += "東";
  EXPECT_TRUE(decode_utf8(in_quotes(wide))) << "cut between characters";
}

TEST(Text, Nearest_FindsSlipsAndNoMore) {
  const std::vector<std::string_view> names{"admin", "integrations", "transactional"};
  EXPECT_EQ(nearest("integration", names), "integrations");
  EXPECT_EQ(nearest("Admin", names), "admin");
  EXPECT_EQ(nearest("amdin", names), "admin");
  EXPECT_EQ(nearest("transactoinal", names), "transactional");
  EXPECT_FALSE(nearest("root", names));
  EXPECT_FALSE(nearest("", names));
  EXPECT_FALSE(nearest(std::string(100'000, 'a'), names));
}

class RestrictionsTest : public World {
 protected:
  Restrictions check(const RestrictionsInput& input, const char* type = "integrations") {
    mistakes.clear();
    return check_restrictions(input, *loaded.catalog->find_access_type(type), tenant, *loaded.catalog, mistakes);
  }
  std::string pointers() const {
    std::string out;
    for (const FieldError& mistake : mistakes) out += mistake.pointer + " ";
    return out;
  }
  Mistakes mistakes;
};

TEST_F(RestrictionsTest, AreStoredInTheCatalogsSpellingWithoutDoubles) {
  const Restrictions out = check({.operations = {"GetCampaignDetails", "GetCampaignDetails"},
                                  .channels = {"504", "505", "504"},
                                  .attributes = {"Alias", "Country", "Alias"},
                                  .ip_ranges = {"203.0.113.0/24", " 203.0.113.0/24 ", "2001:DB8::/32"}});
  EXPECT_EQ(pointers(), "");
  EXPECT_EQ(out.operations, (std::vector<std::string>{"GetCampaignDetails"}));
  EXPECT_EQ(out.channels, (std::vector<std::string>{"504", "505"}));
  EXPECT_EQ(out.attributes, (std::vector<std::string>{"Alias", "Country"}));
  ASSERT_EQ(out.ip_ranges.size(), 2u);
  EXPECT_EQ(out.ip_ranges[1].to_string(), "2001:db8::/32");
}

TEST_F(RestrictionsTest, AttributeCaseFollowsTheCatalog) {
  const Restrictions out = check({.operations = {}, .channels = {}, .attributes = {"alias", "ALIAS"}, .ip_ranges = {}});
  if (loaded.catalog->options().attributes_ignore_case) {
    EXPECT_EQ(out.attributes, (std::vector<std::string>{"Alias"}));
  } else {
    EXPECT_EQ(pointers(), "/restrictions/attributes/0 /restrictions/attributes/1 ");
  }
}

TEST_F(RestrictionsTest, EachMistakeHasItsPlaceAndSaysWhatIsRight) {
  check({.operations = {"GetCampaignDetail", "GetAllActions"},
         .channels = {"504", "999", "0504", "Email"},
         .attributes = {"Alias", "Contry"},
         .ip_ranges = {"10.0.0.0/8", "10.0.0.1/8", "example.com"}});
  EXPECT_EQ(pointers(),
            "/restrictions/operations/0 /restrictions/operations/1 /restrictions/channels/1 /restrictions/channels/2 "
            "/restrictions/channels/3 /restrictions/attributes/1 /restrictions/ip_ranges/1 /restrictions/ip_ranges/2 ");
  EXPECT_EQ(mistakes[0].detail, "There is no operation \"GetCampaignDetail\". Did you mean \"GetCampaignDetails\"?");
  EXPECT_EQ(mistakes[1].detail,
            "Access type integrations does not permit GetAllActions; take it out, or choose another access type.");
  EXPECT_EQ(mistakes[2].detail,
            "There is no channel \"999\". Channels are: 502 Call Center, 504 Email, 505 SMS, 506 Push, 510 Web Push, "
            "511 In-Platform.");
  EXPECT_EQ(mistakes[5].detail, "There is no attribute \"Contry\". Did you mean \"Country\"?");
  for (const FieldError& mistake : mistakes)
    EXPECT_TRUE(mistake.detail.ends_with('.') || mistake.detail.ends_with('?')) << mistake.detail;
}

TEST_F(RestrictionsTest, ChannelsMustBeEnabledForTheTenant) {
  tenant.enabled_channels = {"504", "502"};
  EXPECT_EQ(check({.operations = {}, .channels = {"504"}, .attributes = {}, .ip_ranges = {}}).channels.size(), 1u);
  EXPECT_EQ(pointers(), "");
  check({.operations = {}, .channels = {"504", "505"}, .attributes = {}, .ip_ranges = {}});
  ASSERT_EQ(mistakes.size(), 1u);
  EXPECT_EQ(mistakes[0],
            (FieldError{"/restrictions/channels/1",
                        "Channel 505 is not enabled for this tenant; enabled are: 504 Email, 502 Call Center."}));
}

TEST_F(RestrictionsTest, KindsThatTheAccessTypeDoesNotTakeAreRefused) {
  const auto* admin = loaded.catalog->find_access_type("admin");
  ASSERT_FALSE(admin->takes(catalog::RestrictionKind::kChannels));
  check({.operations = {}, .channels = {"504"}, .attributes = {"Alias"}, .ip_ranges = {}}, "admin");
  EXPECT_EQ(pointers(), "/restrictions/channels /restrictions/attributes ");
  EXPECT_EQ(mistakes[0].detail,
            "A key of access type admin cannot be limited to channels; leave this empty, or choose one that can: "
            "integrations.");
  check({}, "admin");
  EXPECT_EQ(pointers(), "") << "empty is always fine";
}

TEST_F(RestrictionsTest, CountsAreBounded) {
  RestrictionsInput input;
  input.channels.assign(257, "504");
  input.attributes.assign(1025, "Alias");
  input.operations.assign(513, "GetCampaignDetails");
  input.ip_ranges.assign(65, "10.0.0.0/8");
  check(input);
  EXPECT_EQ(pointers(),
            "/restrictions/operations /restrictions/channels /restrictions/attributes /restrictions/ip_ranges ");
  input.channels.assign(256, "504");
  input.attributes.assign(1024, "Alias");
  input.operations.assign(512, "GetCampaignDetails");
  input.ip_ranges.assign(64, "10.0.0.0/8");
  const Restrictions out = check(input);
  EXPECT_EQ(pointers(), "");
  EXPECT_EQ(out.attributes.size(), 1u);
}

TEST_F(RestrictionsTest, UnknownAccessTypesAreNamedWithThoseThereAre) {
  EXPECT_EQ(check_access_type("integration", *loaded.catalog, mistakes), nullptr);
  EXPECT_EQ(check_access_type("", *loaded.catalog, mistakes), nullptr);
  EXPECT_EQ(mistakes[0].detail,
            "There is no access type \"integration\". Did you mean \"integrations\"? Access types are: admin, "
            "integrations, transactional.");
  EXPECT_EQ(mistakes[1].detail, "Choose an access type. Access types are: admin, integrations, transactional.");
}

}  // namespace
}  // namespace latchkey::lifecycle
