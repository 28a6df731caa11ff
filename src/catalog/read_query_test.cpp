// What a query asks for. A row of a table is a query, and what is read from it; "ambiguous" means that it is refused.
#include "catalog/readers_test.h"

namespace latchkey::catalog {
namespace {

using testing_support::attributes_of;
using testing_support::channels_of;
using testing_support::operation;
using testing_support::test_catalog;

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

struct Row {
  std::string query;
  std::string channels;  // or "ambiguous"
  std::string attributes;
};

void check(const std::string& id, const std::vector<Row>& rows, bool exact_names = false) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.query);
    Asked asked;
    const auto why = read_query(test_catalog(exact_names), operation(id, exact_names), row.query, asked);
    EXPECT_EQ(why.has_value(), row.channels == "ambiguous") << why.value_or("");
    if (why || row.channels == "ambiguous") continue;
    EXPECT_EQ(join(channels_of(asked)), row.channels);
    EXPECT_EQ(join(attributes_of(asked)), row.attributes);
  }
}

TEST(ReadQuery, ReadsEachSpellingThatNamesTheParameter) {
  check("One", {{"ChannelID=504", "504", ""},
                {"channelid=504", "504", ""},
                {"CHANNELID=504", "504", ""},
                {"Channel%49D=504", "504", ""},
                {"%43hannelID=%3504", "504", ""},
                {"ChannelID=%35%30%34", "504", ""},
                {"x=1&ChannelID=504&y=2", "504", ""},
                {"&&ChannelID=504&&", "504", ""},
                {"ChannelID=504&ChannelID=505", "504 505", ""},
                {"ChannelID=504&channelID=505", "504 505", ""},
                {"ChannelID=999", "?999", ""},
                {"ChannelID=4294967800", "?4294967800", ""}});
}

TEST(ReadQuery, ParameterLeftOutOrEmptyAsksForEverything) {
  check("One", {{"", "every", ""},
                {"x=1", "every", ""},
                {"ChannelID", "every", ""},
                {"ChannelID=", "every", ""},
                {"ChannelID=+", "every", ""},
                {"ChannelID=%20", "every", ""},
                {"ChannelID=0", "every", ""},
                {"ChannelID=504&ChannelID=0", "504 every", ""},
                // Some servers take the last of several, some the first.
                {"ChannelID=504&ChannelID=", "504 every", ""},
                {"ChannelID=&ChannelID=504", "504 every", ""},
                {"ChannelID=504&channelid", "504 every", ""}});
}

TEST(ReadQuery, NameThatSomeServersTakeForTheParameter_AddsWhatItSaysAndDoesNotCountAsGiven) {
  check("One", {{"ChannelID[]=505", "505 every", ""},
                {"ChannelID[0]=505", "505 every", ""},
                {"ChannelID%5B%5D=505", "505 every", ""},
                {"channelid[x][y]=505", "505 every", ""},
                {"filter[ChannelID]=505", "505 every", ""},
                {"model.ChannelID=505", "505 every", ""},
                {"ChannelID.x=505", "505 every", ""},
                {"+ChannelID=505", "505 every", ""},
                {"ChannelID%20=505", "505 every", ""},
                {"ChannelID=504&ChannelID[]=505", "504 505", ""},
                {"ChannelID=504&model.ChannelID=505", "504 505", ""},
                {"ChannelID=504&MyChannelID=505", "504", ""},
                {"ChannelID=504&ChannelIDs=505", "504", ""}});
}

TEST(ReadQuery, NameThatHidesTheParametersNameIsRefused) {
  check("One", {{"ChannelID=504&Channel%EF%BC%A9D=505", "ambiguous", ""},   // full-width I
                {"ChannelID=504&Channel%C4%B1D=505", "ambiguous", ""},      // dotless i
                {"ChannelID=504&Channel%C4%B0D=505", "ambiguous", ""},      // dotted capital I
                {"ChannelID=504&channeli%CC%87d=505", "ambiguous", ""},     // i and a combining dot
                {"ChannelID=504&Channel%E2%80%8BID=505", "ambiguous", ""},  // zero-width space
                {"ChannelID=504&%EF%BB%BFChannelID=505", "ambiguous", ""},  // byte order mark
                {"ChannelID=504&ChannelID%C2%A0=505", "ambiguous", ""},     // no-break space
                {"ChannelID=504&Channel%C0ID=505", "ambiguous", ""},        // not UTF-8
                {"ChannelID=504&ChannelID%00=505", "ambiguous", ""},
                {"ChannelID=504&ChannelID%0A=505", "ambiguous", ""},
                {"ChannelID=504&Channel%2549D=505", "ambiguous", ""},  // encoded twice
                {"ChannelID=504&Gr%C3%B6%C3%9Fe=505", "504", ""}});
  check("Many", {{"Channels=504&%E2%84%AAiosk=Email", "ambiguous", ""},  // Kelvin sign
                 {"Channel%C5%BF=505", "ambiguous", ""}});               // long s
}

TEST(ReadQuery, ChannelThatServersCouldReadAsAnotherNumberIsRefused) {
  for (const char* value : {"+504",
                            "%2B504",
                            "-504",
                            "0504",
                            "00",
                            "504.0",
                            "504.",
                            "5.04e2",
                            "504e0",
                            "0x1F8",
                            "0b1",
                            "504,505",
                            "504;505",
                            "504%3B505",
                            "504|505",
                            "504+",
                            "+504",
                            "5%2004",
                            "1_000",
                            "%D9%A5%D9%A0%D9%A4",
                            "504%00",
                            "504%0d",
                            "[504]",
                            "%22504%22",
                            "NaN",
                            "null",
                            "504L",
                            "504abc",
                            "99999999999999999999999999"}) {
    check("One", {{std::string("ChannelID=") + value, "ambiguous", ""}});
  }
}

TEST(ReadQuery, SemicolonIsRefusedWhereItMayPartParameters) {
  check("One", {{"ChannelID=504;ChannelID=505", "ambiguous", ""},
                {"x=1;ChannelID=505", "ambiguous", ""},
                {"x=1;ChannelID", "ambiguous", ""},
                {"x=1;channelid%5B%5D", "ambiguous", ""},
                {"x;ChannelID=505", "ambiguous", ""},
                {"ChannelID;x=505", "ambiguous", ""},
                {"ChannelID=504&Attributes=Alias;Country", "504", "Alias Country"},
                {"ChannelID=504&Attributes=Alias%3BCountry", "504", "Alias Country"},
                {"ChannelID=504&Attributes=Alias;x=1", "ambiguous", ""}});
}

TEST(ReadQuery, ReadsListsOfAttributes) {
  check("One", {{"ChannelID=504&Attributes=Alias,Country;Email", "504", "Alias Country Email"},
                {"ChannelID=504&attributes=alias;EMAIL", "504", "Alias Email"},
                {"ChannelID=504&Attributes=+Alias+;%20Country", "504", "Alias Country"},
                {"ChannelID=504&Attributes=Alias;;Country;", "504", "Alias Country"},
                {"ChannelID=504&Attributes=;", "504", ""},
                {"ChannelID=504&Attributes=Alias&Attributes=Email", "504", "Alias Email"},
                {"ChannelID=504&Attributes[]=Alias&Attributes[1]=Email", "504", "Alias Email"},
                {"ChannelID=504&Attributes=Alias|Email", "504", "?Alias|Email"},
                {"ChannelID=504&Attributes=Ema%C4%B1l", "504", "?Ema\u0131l"},
                {"ChannelID=504&Attributes=Alias%09", "ambiguous", ""},
                {"ChannelID=504&Attributes=%FF", "504", "?\xff"}});
  check("Many", {{"Channels=504,505", "504 505", ""},
                 {"Channels=504,0504", "ambiguous", ""},
                 {"Channels=,", "every", ""},
                 {"Channels=%20504,505%20", "504 505", ""}});
}

TEST(ReadQuery, DelimiterOfTheCallersChoiceSeparatesToo) {
  check("One", {{"ChannelID=504&Attributes=Alias|Email&Delimiter=|", "504", "Alias Email"},
                {"ChannelID=504&Attributes=Alias%7CEmail&delimiter=%7C", "504", "Alias Email"},
                {"ChannelID=504&Attributes=Alias;Email&Delimiter=|", "504", "Alias Email"},
                {"ChannelID=504&Attributes=Alias|Email&Delimiter=", "504", "?Alias|Email"},
                {"ChannelID=504&Attributes=Alias|Email/Country&Delimiter=|&Delimiter=/", "504", "Alias Country Email"},
                {"ChannelID=504&Attributes=Alias&Delimiter[]=|", "504", "Alias"}});
}

TEST(ReadQuery, DelimiterThatIsPartOfNamesIsRefused) {
  // "FirstName" parted at "First" would be another attribute to the upstream.
  for (const char* delimiter : {"First", "a", "5", "%20a", "%25", "%22", "%26", "%3D"}) {
    check("One", {{std::string("ChannelID=504&Attributes=FirstName&Delimiter=") + delimiter, "ambiguous", ""}});
  }
}

TEST(ReadQuery, NamesMatchExactlyWhereTheCatalogSaysSo) {
  check("One",
        {{"ChannelID=504&channelid=505", "504", ""},
         {"channelid=505", "every", ""},
         {"ChannelID=504&Attributes=alias", "504", "?alias"}},
        /*exact_names=*/true);
}

TEST(ReadQuery, BadPercentEncodingIsRefused) {
  for (const char* query : {"ChannelID=%", "ChannelID=%5", "ChannelID=%zz", "%=1", "x=%u0030", "a%2=1",
                            "ChannelID=504&Attributes=Alias;%4"}) {
    check("One", {{query, "ambiguous", ""}});
  }
}

TEST(ReadQuery, TooManyParametersAreRefused) {
  std::string query;
  for (int i = 0; i < 511; ++i) query += "x=1&";
  check("One", {{query + "ChannelID=504", "504", ""}, {query + "y=1&ChannelID=504", "ambiguous", ""}});
}

TEST(ReadQuery, PositionalKeepsTheOrderAsked) {
  Asked asked;
  ASSERT_FALSE(read_query(test_catalog(), operation("One"), "Attributes=Email;Alias,Email", asked));
  EXPECT_EQ(asked.positional, (std::vector<std::uint16_t>{2, 0, 2}));
}

TEST(ReadQuery, ValueThatSomeServersPassOverDoesNotNarrowAnAnswerThatIsFiltered) {
  check("Campaigns", {{"", "", ""},
                      {"ChannelID=504", "504", ""},
                      {"ChannelID[]=504", "504 every", ""},
                      {"ChannelID=504&ChannelID=", "504 every", ""}});
}

TEST(ReadQuery, QueryCountsTooWhereSomeServersMergeItIntoTheBody) {
  check("Rows", {{"", "", ""},
                 {"ChannelID=505", "505 every", ""},
                 {"Name=Email", "", "Email"},
                 {"Channel%E2%80%8BID=505", "ambiguous", ""}});
}

TEST(ReadQuery, KeepsFewAndShortUnknownValues) {
  std::string query = "Attributes=";
  for (int i = 0; i < 100; ++i) query += "Unknown" + std::to_string(i) + ";";
  query += std::string(63, 'x') + "%C3%A9";
  Asked asked;
  ASSERT_FALSE(read_query(test_catalog(), operation("One"), query, asked));
  EXPECT_EQ(asked.unknown_attributes.size(), 16u);
  asked.clear();
  ASSERT_FALSE(read_query(test_catalog(), operation("One"), "Attributes=" + std::string(63, 'x') + "%C3%A9%C3%A9",
                          asked));
  EXPECT_EQ(asked.unknown_attributes.at(0), std::string(63, 'x')) << "cut between characters";
}

TEST(ReadPathValues, ReadsAndDecodes) {
  const auto read = [](std::string_view channel, std::string_view attribute) {
    Asked asked;
    if (read_path_values(test_catalog(), operation("ByPath"), {{"ChannelID", channel}, {"Attribute", attribute}},
                         asked))
      return std::string("ambiguous");
    return join(channels_of(asked)) + "/" + join(attributes_of(asked));
  };
  EXPECT_EQ(read("504", "Alias"), "504/Alias");
  EXPECT_EQ(read("505", "email"), "505/Email");
  EXPECT_EQ(read("505", "First%20Name"), "505/?First Name");
  EXPECT_EQ(read("505", "First+Name"), "505/?First+Name");
  EXPECT_EQ(read("505,504", "Alias"), "ambiguous");
  EXPECT_EQ(read("0505", "Alias"), "ambiguous");
  EXPECT_EQ(read("505", "%"), "ambiguous");
}

}  // namespace
}  // namespace latchkey::catalog
