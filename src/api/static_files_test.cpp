#include "api/static_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "api/head_test.h"
#include "api/pages.h"

namespace latchkey::api {
namespace {

constexpr EmbeddedFile kFiles[] = {
    {"/index.html", "<html>index</html>", "gzipped index"},
    {"/docs.html", "<html>docs</html>", {}},
    {"/openapi.yaml", "openapi: 3.1.0", {}},
    {"/assets/index-C1BOsK50.js", "code", "gz"},
    {"/assets/font-licenses.txt", "words", {}},
};

std::string_view field(const Page& page, std::string_view name) {
  for (const net::Header& header : page.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

TEST(StaticFiles, PathsLeadWhereATableSays) {
  const StaticFiles files(kFiles);
  struct Case {
    const char* path;
    const char* bytes;  // null: nothing
  };
  const Case cases[] = {
      {"/", "<html>index</html>"},
      {"/settings/general/api-keys", "<html>index</html>"},
      {"/docs", "<html>docs</html>"},
      {"/docs/", "<html>docs</html>"},
      {"/openapi.yaml", "openapi: 3.1.0"},
      {"/assets/index-C1BOsK50.js", "code"},
      {"/assets/index-00000000.js", nullptr},
      {"/../etc/passwd", nullptr},
      {"/assets/../index.html", nullptr},
      {"/robots.txt", nullptr},
  };
  for (const Case& c : cases) {
    const StaticFile* file = files.find(c.path);
    ASSERT_EQ(file != nullptr, c.bytes != nullptr) << c.path;
    if (file != nullptr) {
      EXPECT_EQ(file->bytes, c.bytes) << c.path;
    }
  }
}

TEST(StaticFiles, OnlyNamesWithAHashAreKeptForEver) {
  const StaticFiles files(kFiles);
  EXPECT_TRUE(files.find("/assets/index-C1BOsK50.js")->immutable);
  EXPECT_FALSE(files.find("/assets/font-licenses.txt")->immutable);
  EXPECT_FALSE(files.find("/")->immutable);
}

TEST(Pages, AreCompressedForThoseWhoTakeIt) {
  const StaticFiles files(kFiles);
  const StaticFile& index = *files.find("/");
  const Page plain = answer_with(index, head_of("GET", {}));
  EXPECT_EQ(plain.body, "<html>index</html>");
  EXPECT_EQ(field(plain, "Cache-Control"), "no-cache");
  EXPECT_EQ(field(plain, "Vary"), "Accept-Encoding");
  const Page packed = answer_with(index, head_of("GET", {{"Accept-Encoding", "br, gzip;q=0.5"}}));
  EXPECT_EQ(packed.body, "gzipped index");
  EXPECT_EQ(field(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(field(packed, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_NE(field(packed, "ETag"), field(plain, "ETag"));
}

TEST(Pages, AreNotSentAgainUnchanged) {
  const StaticFiles files(kFiles);
  const StaticFile& index = *files.find("/");
  const std::string known = "\"other\", W/" + index.etag;
  const Page page = answer_with(index, head_of("GET", {{"If-None-Match", known}}));
  EXPECT_EQ(page.status, 304);
  EXPECT_TRUE(page.body.empty());
  EXPECT_EQ(field(page, "ETag"), index.etag);
  EXPECT_EQ(answer_with(index, head_of("GET", {{"If-None-Match", "\"other\""}})).status, 200);
}

TEST(AcceptEncoding, IsReadWithItsWeights) {
  for (const char* yes : {"gzip", "GZIP", "br, gzip", "gzip;q=0.1", "*", "br;q=1, *;q=0.5"})
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  for (const char* no : {"", "br", "identity", "gzip;q=0", "gzip; q=0.000", "*;q=0", "gzip;q=0, *"})
    EXPECT_FALSE(accepts_gzip(no)) << no;
}

TEST(EmbeddedFiles, HoldTheDocumentOfThisVersion) {
  const StaticFiles files(embedded_files());
  std::ifstream in(LATCHKEY_SOURCE_DIR "/api/openapi.yaml", std::ios::binary);
  const std::string document(std::istreambuf_iterator<char>(in), {});
  ASSERT_NE(files.find("/openapi.yaml"), nullptr);
  EXPECT_EQ(files.find("/openapi.yaml")->bytes, document);
  ASSERT_NE(files.find("/"), nullptr);
  EXPECT_TRUE(files.find("/")->bytes.starts_with("<!doctype html>"));
  ASSERT_NE(files.find("/docs"), nullptr);
}

}  // namespace
}  // namespace latchkey::api
