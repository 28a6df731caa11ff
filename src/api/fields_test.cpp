#include "api/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> pointers(const Mistakes& mistakes) {
  std::vector<std::string> out;
  for (const auto& mistake : mistakes) out.push_back(mistake.pointer);
  return out;
}

TEST(FieldReader, TakesWhatHasTheRightShape) {
  auto document = parse_json(
      R"({"name":"x","n":3,"list":["a"],"channels":[504,"sms"],"at":"2030-01-31T09:30:00Z","never":null,"o":{}})");
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  EXPECT_EQ(fields.text("name"), "x");
  EXPECT_EQ(fields.integer("n"), 3);
  EXPECT_THAT(fields.texts("list").value(), ElementsAre("a"));
  EXPECT_THAT(fields.channels("channels").value(), ElementsAre("504", "sms"));
  EXPECT_EQ(fields.time_or_null("at"), std::optional<Instant>(parse_rfc3339("2030-01-31T09:30:00Z")));
  const auto never = fields.time_or_null("never");
  EXPECT_TRUE(never.has_value() && !never->has_value());
  EXPECT_FALSE(fields.time_or_null("absent").has_value());
  EXPECT_NE(fields.object("o"), nullptr);
  fields.finish();
  EXPECT_TRUE(mistakes.empty());
}

TEST(FieldReader, NotesEveryMistakeWithItsPointer) {
  auto document = parse_json(R"({"name":1,"n":1.5,"list":["a",2],"channels":[true],"at":"soon","extra":{}})");
  Mistakes mistakes;
  FieldReader fields(*document, "/deep", mistakes);
  fields.require("absent");
  fields.text("absent");
  fields.text("name");
  fields.integer("n");
  fields.texts("list");
  fields.channels("channels");
  fields.time_or_null("at");
  fields.finish();
  EXPECT_THAT(pointers(mistakes), ElementsAre("/deep/absent", "/deep/name", "/deep/n", "/deep/list/1",
                                              "/deep/channels/0", "/deep/at", "/deep/extra"));
}

TEST(FieldReader, SaysWhatAMisspeltFieldMayHaveMeant) {
  auto document = parse_json(R"({"contact_emial":"x@acme.example"})");
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  fields.text("contact_email");
  fields.finish();
  ASSERT_EQ(mistakes.size(), 1u);
  EXPECT_THAT(mistakes[0].detail, HasSubstr("contact_email"));
}

TEST(FieldReader, TakesASecretOutOfTheDocument) {
  auto document = parse_json(R"({"password":"correct horse battery staple"})");
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  const auto secret = fields.secret("password");
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->expose(), "correct horse battery staple");
  EXPECT_TRUE(document->members[0].value.text.empty());
}

TEST(Combine, LetsTheShapeOfAFieldWinOverItsMeaning) {
  const Mistakes shape = {{"/nickname", "This must be a string."},
                          {"/restrictions/channels/1", "This must be a string."}};
  const Mistakes meaning = {{"/nickname", "Empty."},
                            {"/contact_email", "No."},
                            {"/restrictions/channels/0", "Unknown."},
                            {"/restrictions/channels/1", "x"}};
  EXPECT_THAT(pointers(combine(shape, meaning)),
              ElementsAre("/nickname", "/restrictions/channels/1", "/contact_email", "/restrictions/channels/0"));
}

}  // namespace
}  // namespace latchkey::api
