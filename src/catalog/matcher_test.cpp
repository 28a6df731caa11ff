// Matching, through Catalog::match.
#include <gtest/gtest.h>

#include "catalog/fold.h"
#include "catalog/load.h"

namespace latchkey::catalog {
namespace {

// Operations "GET /a/{x}" and so on, each named by its number from 1.
std::unique_ptr<const Catalog> make(const std::vector<std::string>& requests, bool ignore_case = false) {
  std::string text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-latchkey:\n  version: 1\n";
  text += fmt::format(
      "  ignore_case: {{paths: {}}}\n  access_types: [{{id: all, title: All, description: All., operations: "
      "all}}]\npaths:\n",
      ignore_case);
  std::map<std::string, std::string> by_path;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::size_t space = requests[i].find(' ');
    const std::string path = requests[i].substr(space + 1);
    std::string parameters;
    for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at) {
      parameters += fmt::format("{{name: {}, in: path}},", path.substr(at + 1, path.find('}', at) - at - 1));
    }
    by_path[path] += fmt::format("    {}: {{operationId: op{}, parameters: [{}]}}\n",
                                 fold_ascii(requests[i].substr(0, space)), i + 1, parameters);
  }
  for (const auto& [path, methods] : by_path) text += fmt::format("  \"{}\":\n{}", path, methods);
  LoadResult loaded = load_catalog(text, "test.yaml");
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << diagnostic.to_string();
  return std::move(loaded.catalog);
}

// The same by the raw target, which is the path and a query.
void expect_read_alike(const Catalog& catalog, std::string_view method, std::string_view path, const Match& match) {
  for (const char* query : {"", "?", "?a=1&b=/../%2e", "?a b", "?a#b"}) {
    const std::string raw = std::string(path) + query;
    SCOPED_TRACE(raw);
    NormalTarget normal, target;
    Match read;
    const auto expected = normalize_target(raw, normal);
    EXPECT_EQ(catalog.read_target(method, raw, target, read), expected);
    if (expected || normal.path != path) continue;  // what matches then is another row's
    EXPECT_EQ(read.operation, match.operation);
    EXPECT_EQ(read.values.size(), match.values.size());
    EXPECT_EQ(target.path, normal.path);
    EXPECT_EQ(target.query, normal.query);
    EXPECT_EQ(target.has_query, normal.has_query);
  }
}

// "op1 x=5", or "-".
std::string found(const Catalog& catalog, std::string_view method, std::string_view path) {
  Match match;
  (void)catalog.match(method, path, match);
  expect_read_alike(catalog, method, path, match);
  if (!catalog.match(method, path, match)) {
    EXPECT_EQ(match.operation, nullptr);
    EXPECT_TRUE(match.values.empty());
    return "-";
  }
  std::string out = match.operation->id;
  for (const PathValue& value : match.values) out += fmt::format(" {}={}", value.name, value.value);
  return out;
}

TEST(Match, ExactPathsAndMethods) {
  const auto catalog = make({"GET /a/b", "POST /a/b", "GET /a/c", "GET /", "GET /a/"});
  EXPECT_EQ(found(*catalog, "GET", "/a/b"), "op1");
  EXPECT_EQ(found(*catalog, "POST", "/a/b"), "op2");
  EXPECT_EQ(found(*catalog, "GET", "/a/c"), "op3");
  EXPECT_EQ(found(*catalog, "GET", "/"), "op4");
  EXPECT_EQ(found(*catalog, "GET", "/a/"), "op5");
  for (const char* method : {"PUT", "get", "", "HEAD", "GETT", "CONNECT"})
    EXPECT_EQ(found(*catalog, method, "/a/b"), "-") << method;
  for (const char* path : {"", "/a", "/a/b/", "/a/B", "/a/bb", "/b", "a/b"})
    EXPECT_EQ(found(*catalog, "GET", path), "-") << path;
}

// More than a table's first size, many alike in their last bytes and length, and some that are short.
TEST(Match, FindsEachOfManyAsItIsSpeltAndNoOther) {
  std::vector<std::string> requests;
  for (int i = 10; i < 60; ++i) {
    requests.push_back(fmt::format("GET /v{}/the-same-last-sixteen", i));
    requests.push_back(fmt::format("POST /v{}/the-same-last-sixteen", i));
    requests.push_back(fmt::format("GET /{}", i));
  }
  const auto catalog = make(requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::size_t space = requests[i].find(' ');
    const std::string method = requests[i].substr(0, space), path = requests[i].substr(space + 1);
    EXPECT_EQ(found(*catalog, method, path), fmt::format("op{}", i + 1));
    EXPECT_EQ(found(*catalog, method, path + "x"), "-");
    EXPECT_EQ(found(*catalog, "PUT", path), "-");
  }
}

TEST(Match, IgnoresAsciiCaseOnlyWhereTold) {
  const auto catalog = make({"GET /Current/GetAll", "GET /Items/{item}/Parts"}, true);
  EXPECT_EQ(found(*catalog, "GET", "/CURRENT/getall"), "op1");
  EXPECT_EQ(found(*catalog, "GET", "/iTEMS/AbC/pARTS"), "op2 item=AbC");
  // Characters 32 apart that are no letters: '@' and '`', '[' and '{'.
  EXPECT_EQ(found(*make({"GET /a@b"}, true), "GET", "/a`b"), "-");
  const auto exact = make({"GET /Current/GetAll", "GET /Items/{item}/Parts"});
  EXPECT_EQ(found(*exact, "GET", "/current/GetAll"), "-");
  EXPECT_EQ(found(*exact, "GET", "/Items/1/parts"), "-");
}

TEST(Match, FoldsEveryByteAsTheTableSays) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::uint64_t folded =
        byte >= 'A' && byte <= 'Z' ? static_cast<std::uint64_t>(byte) + 32 : static_cast<std::uint64_t>(byte);
    for (int at = 0; at < 64; at += 8)
      EXPECT_EQ(fold_word(static_cast<std::uint64_t>(byte) << at), folded << at) << byte;
    EXPECT_EQ(fold_word(static_cast<std::uint64_t>(byte) * 0x0101010101010101), folded * 0x0101010101010101) << byte;
  }
}

TEST(Match, TextsOfEveryLengthAreToldApart) {
  for (std::size_t size = 0; size <= 33; ++size) {
    const std::string text(size, 'a'), upper(size, 'A');
    EXPECT_TRUE(same_text(upper, text, true)) << size;
    EXPECT_EQ(hash_text(upper, 1, true), hash_text(text, 1, true)) << size;
    for (std::size_t i = 0; i < size; ++i) {
      std::string other = text;
      other[i] = 'b';
      EXPECT_FALSE(same_text(other, text, true)) << size << " " << i;
      EXPECT_NE(hash_text(other, 1, true), hash_text(text, 1, true)) << size << " " << i;
    }
  }
}

TEST(Match, ParametersTakeOneSegmentThatIsNotEmpty) {
  const auto catalog = make({"GET /a/{x}", "GET /a/{x}/b/{y}", "DELETE /a/{x}", "GET /{z}"});
  EXPECT_EQ(found(*catalog, "GET", "/a/5"), "op1 x=5");
  EXPECT_EQ(found(*catalog, "DELETE", "/a/5"), "op3 x=5");
  EXPECT_EQ(found(*catalog, "GET", "/a/5/b/6%20"), "op2 x=5 y=6%20");
  EXPECT_EQ(found(*catalog, "GET", "/a"), "op4 z=a");
  for (const char* path : {"/a/", "/a/5/", "/a/5/b", "/a/5/b/", "/a/5/b/6/", "/a/5/c/6", "/"})
    EXPECT_EQ(found(*catalog, "GET", path), "-") << path;
}

TEST(Match, LiteralSegmentsWinAndAreLeftAgainIfTheyLeadNowhere) {
  const auto catalog = make({"GET /users/{id}", "GET /users/me", "GET /users/{id}/keys", "GET /users/me/devices",
                             "POST /users/{id}", "GET /{kind}/me/{part}/x"});
  EXPECT_EQ(found(*catalog, "GET", "/users/me"), "op2");
  EXPECT_EQ(found(*catalog, "GET", "/users/you"), "op1 id=you");
  EXPECT_EQ(found(*catalog, "GET", "/users/me/devices"), "op4");
  EXPECT_EQ(found(*catalog, "GET", "/users/me/keys"), "op3 id=me");
  EXPECT_EQ(found(*catalog, "POST", "/users/me"), "op5 id=me");
  EXPECT_EQ(found(*catalog, "GET", "/users/me/a/x"), "op6 kind=users part=a");
}

TEST(Match, ASegmentThatSpellsALiteralInEncodingMatchesNothing) {
  const auto catalog = make({"GET /keys/{id}", "GET /keys/all:now", "GET /keys/{id}/x"}, true);
  EXPECT_EQ(found(*catalog, "GET", "/keys/all:now"), "op2");
  EXPECT_EQ(found(*catalog, "GET", "/keys/all%3Anow"), "-");
  EXPECT_EQ(found(*catalog, "GET", "/keys/ALL%3Anow"), "-");
  EXPECT_EQ(found(*catalog, "GET", "/keys/all%3Anow/x"), "-");
  EXPECT_EQ(found(*catalog, "GET", "/keys/all%3Athen"), "op1 id=all%3Athen");
}

TEST(Match, ReusesWhatTheMatchHolds) {
  const auto catalog = make({"GET /a/{x}", "GET /b"});
  Match match;
  ASSERT_TRUE(catalog->match("GET", "/a/1", match));
  ASSERT_TRUE(catalog->match("GET", "/b", match));
  EXPECT_TRUE(match.values.empty());
  ASSERT_FALSE(catalog->match("GET", "/c", match));
  EXPECT_EQ(match.operation, nullptr);
}

TEST(Match, FindsEachOfManyOperations) {
  std::vector<std::string> requests;
  for (int i = 0; i < 1000; ++i)
    requests.push_back(fmt::format("GET /group{}/{}function{}", i % 17, i % 3 == 0 ? "{x}/" : "", i));
  const auto catalog = make(requests, true);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(found(*catalog, "GET", fmt::format("/GROUP{}/{}Function{}", i % 17, i % 3 == 0 ? "v/" : "", i)),
              fmt::format("op{}{}", i + 1, i % 3 == 0 ? " x=v" : ""));
  }
}

}  // namespace
}  // namespace latchkey::catalog
