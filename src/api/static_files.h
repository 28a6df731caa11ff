// The console's pages, built into the program (embed.cmake). Only exact paths of the table are ever served, so there is
// no path to walk out of it; a path without a dot is the console's own (its router knows it) and gets index.html.
//
//   const StaticFiles files(embedded_files());
//   const StaticFile* file = files.find("/settings/general/api-keys");   // index.html
//
// Immutable; thread-safe.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace latchkey::api {

struct EmbeddedFile {
  std::string_view path;  // "/assets/index-3fKa9a2C.js"
  std::string_view bytes;
  std::string_view gzip;  // the same, compressed; empty when that would not help
};

std::span<const EmbeddedFile> embedded_files();

struct StaticFile {
  std::string_view bytes, gzip;
  std::string_view content_type;
  std::string etag;        // strong, in quotes; of the plain bytes
  std::string gzip_etag;   // of the compressed ones, which are another representation (RFC 9110, 8.8.3)
  bool immutable = false;  // its name has its content's hash in it
  bool page = false;       // HTML
};

class StaticFiles {
 public:
  explicit StaticFiles(std::span<const EmbeddedFile> files);
  // Null when there is none.
  const StaticFile* find(std::string_view path) const;

 private:
  std::unordered_map<std::string_view, StaticFile> files_;
};

// Whether an Accept-Encoding field takes gzip.
bool accepts_gzip(std::string_view accept_encoding);
// Whether an If-None-Match field names this tag (weak comparison).
bool names_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace latchkey::api
