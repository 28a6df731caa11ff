#include "api/pages.h"

namespace latchkey::api {

Page answer_with(const StaticFile& file, const net::RequestHead& head) {
  Page page;
  const bool compressed = !file.gzip.empty() && accepts_gzip(head.find("Accept-Encoding"));
  const std::string_view etag = compressed ? file.gzip_etag : file.etag;
  page.headers = {{"ETag", etag},
                  {"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (!file.gzip.empty()) page.headers.push_back({"Vary", "Accept-Encoding"});
  if (names_etag(head.find("If-None-Match"), etag)) {
    page.status = 304;
    return page;
  }
  page.headers.push_back({"Content-Type", file.content_type});
  if (compressed) page.headers.push_back({"Content-Encoding", "gzip"});
  page.body = compressed ? file.gzip : file.bytes;
  return page;
}

}  // namespace latchkey::api
