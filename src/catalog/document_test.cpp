#include "catalog/document.h"

#include <gtest/gtest.h>

#include "catalog/decode.h"

namespace latchkey::catalog {
namespace {

struct Parsed {
  std::unique_ptr<const Document> document;
  std::vector<Diagnostic> diagnostics;
  std::string first() const { return diagnostics.empty() ? "" : diagnostics[0].to_string(); }
};

Parsed parse(std::string_view text) {
  Diagnostics diagnostics("f");
  Parsed parsed;
  parsed.document = Document::parse(text, diagnostics);
  parsed.diagnostics = diagnostics.take();
  return parsed;
}

TEST(Document, RemembersWhereThingsStand) {
  const Parsed parsed = parse("a: 1\nb:\n  - x\n  - {c: 'y'}\n");
  ASSERT_NE(parsed.document, nullptr) << parsed.first();
  const Node* list = parsed.document->root().find("b");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->items[0]->place.line, 3);
  EXPECT_EQ(list->items[0]->place.column, 5);
  const Node* c = list->items[1]->find("c");
  ASSERT_NE(c, nullptr);
  EXPECT_TRUE(c->quoted);
  EXPECT_FALSE(parsed.document->root().find("a")->quoted);
  EXPECT_EQ(parsed.document->root().find("z"), nullptr);
}

TEST(Document, ReadsJsonToo) {
  const Parsed parsed = parse("{\"a\": [1, \"x\", null, {\"b/c\": true}]}");
  ASSERT_NE(parsed.document, nullptr) << parsed.first();
  EXPECT_EQ(parsed.document->resolve("#/a/3/b~1c")->text, "true");
}

TEST(Document, ResolvesReferences) {
  const Parsed parsed = parse("a: {b: [x, {'c d~/': y}], '': z}\n");
  ASSERT_NE(parsed.document, nullptr);
  EXPECT_EQ(parsed.document->resolve("#"), &parsed.document->root());
  EXPECT_EQ(parsed.document->resolve("#/a/b/0")->text, "x");
  EXPECT_EQ(parsed.document->resolve("#/a/b/1/c%20d~0~1")->text, "y");
  EXPECT_EQ(parsed.document->resolve("#/a/")->text, "z");
  for (const char* nowhere :
       {"", "a", "#a", "#/b", "#/a/b/2", "#/a/b/x", "#/a/b/-1", "#/a/b/", "#/a/b/99999999999999999999", "#/a/b/0/x",
        "#/a/~2", "#/a/~", "#/a/%2", "other.yaml#/a"}) {
    EXPECT_EQ(parsed.document->resolve(nowhere), nullptr) << nowhere;
  }
}

TEST(Document, ReportsEveryKeyThatStandsTwice) {
  const Parsed parsed = parse("a: 1\nb: {c: 1, c: 2}\na: 3\n");
  ASSERT_NE(parsed.document, nullptr);
  ASSERT_EQ(parsed.diagnostics.size(), 2u);
  EXPECT_EQ(parsed.diagnostics[0].to_string(),
            "f:2:11: error: The key \"c\" stands twice in this mapping; the first is in line 2.");
  EXPECT_EQ(parsed.diagnostics[1].to_string(),
            "f:3:1: error: The key \"a\" stands twice in this mapping; the first is in line 1.");
  EXPECT_EQ(parsed.document->root().find("a")->text, "1");
}

TEST(Document, AliasesAreTheSameNode) {
  const Parsed parsed = parse("a: &x {b: 1}\nc: *x\n");
  ASSERT_NE(parsed.document, nullptr) << parsed.first();
  EXPECT_EQ(parsed.document->root().find("a"), parsed.document->root().find("c"));
}

TEST(Document, AliasesOfAliasesDoNotGrow) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    text += fmt::format("a{0}: &a{0} [", i);
    for (int k = 0; k < 10; ++k) text += fmt::format("{}*a{}", k == 0 ? "" : ", ", i - 1);
    text += "]\n";
  }
  const Parsed parsed = parse(text);
  ASSERT_NE(parsed.document, nullptr) << parsed.first();
  EXPECT_LT(parsed.document->nodes().size(), 200u);
}

TEST(Document, RefusesWhatItCannotReadWithThePlace) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "f:1:1: error: The file is empty."},
      {"a: [1\nb: 2\n", "error: This is not valid YAML: "},
      {"a:\n\t- b\n", "error: This is not valid YAML: "},
      {"a: 1\n---\nb: 2\n", "f:2:1: error: A second document starts here"},
      {"a: *x\n", "f:1:4: error: "},
      {"a: &x [*x]\n", "f:1:8: error: This alias stands inside what it names"},
      {"<<: {a: 1}\n", "f:1:1: error: Merge keys"},
      {"? [a]\n: b\n", "f:1:3: error: A key must be text"},
      {"~: b\n", "error: A key must be text"},
      {"a: \xff\n", "f:1:4: error: The file is not valid UTF-8 here."},
      {"a: 1\nb: \xc0\xaf\n", "f:2:4: error: The file is not valid UTF-8 here."},
      {std::string("a: b\0c\n", 7), "f:1:5: error: The file holds the control character U+0000"},
      {"a: \x1b[2J\n", "U+001B"},
  };
  for (const auto& [text, expected] : cases) {
    const Parsed parsed = parse(text);
    EXPECT_EQ(parsed.document, nullptr) << text;
    ASSERT_EQ(parsed.diagnostics.size(), 1u) << text;
    EXPECT_NE(parsed.first().find(expected), std::string::npos) << text << "\n  " << parsed.first();
  }
}

TEST(Document, HasBounds) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "- ";
    return parse(text + "x\n").first();
  };
  EXPECT_EQ(nested(64), "");
  EXPECT_NE(nested(65).find("nested deeper than 64"), std::string::npos);
  EXPECT_NE(nested(100'000).find("nested deeper than 64"), std::string::npos);
  for (const char bracket : {'[', '{'}) EXPECT_EQ(parse(std::string(100'000, bracket)).document, nullptr);
  EXPECT_NE(parse("a: " + std::string(kMaxDocumentBytes, 'x')).first().find("at most 8388608 are read"),
            std::string::npos);
  std::string many;
  for (std::size_t i = 0; i <= kMaxDocumentNodes; ++i) many += "- 1\n";
  EXPECT_NE(parse(many).first().find("more than 500000 values"), std::string::npos);
}

TEST(Document, Utf8) {
  for (const char* good : {"", "a", "é", "東", "👩", "\xf4\x8f\xbf\xbf"})
    EXPECT_FALSE(first_invalid_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80",
                          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe6\x9d", "\xc3(", "\xff"}) {
    EXPECT_EQ(first_invalid_utf8(std::string("ab") + bad), 2u);
  }
}

}  // namespace
}  // namespace latchkey::catalog
