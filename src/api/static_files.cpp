#include "api/static_files.h"

#include "credential/digest.h"
#include "net/http.h"

namespace latchkey::api {
namespace {

constexpr std::size_t kHashCharacters = 8;

struct Type {
  std::string_view extension, content_type;
};
constexpr Type kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".yaml", "application/yaml"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
};

std::string_view content_type_of(std::string_view path) {
  for (const Type& type : kTypes) {
    if (path.ends_with(type.extension)) return type.content_type;
  }
  return "application/octet-stream";
}

// "/assets/name-HASH.ext". A word of small letters is taken for a word: then the file is only asked for more often.
bool has_hashed_name(std::string_view path) {
  if (!path.starts_with("/assets/")) return false;
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || dot < kHashCharacters + 1 || path[dot - kHashCharacters - 1] != '-')
    return false;
  const std::string_view hash = path.substr(dot - kHashCharacters, kHashCharacters);
  return std::any_of(hash.begin(), hash.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

std::string etag_of(std::string_view bytes) {
  const credential::Digest digest = credential::sha256(bytes);
  std::string tag = "\"";
  for (std::size_t i = 0; i < 16; ++i) tag += fmt::format("{:02x}", digest[i]);
  return tag + '"';
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string_view take(std::string_view& list, char separator) {
  const std::size_t end = std::min(list.find(separator), list.size());
  const std::string_view item = trim(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return item;
}

bool is_zero_weight(std::string_view weight) {
  return weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string_view::npos;
}

}  // namespace

StaticFiles::StaticFiles(std::span<const EmbeddedFile> files) {
  for (const EmbeddedFile& file : files) {
    StaticFile known;
    known.bytes = file.bytes;
    known.gzip = file.gzip;
    known.content_type = content_type_of(file.path);
    known.etag = etag_of(file.bytes);
    if (!file.gzip.empty()) known.gzip_etag = etag_of(file.gzip);
    known.immutable = has_hashed_name(file.path);
    known.page = file.path.ends_with(".html");
    files_.emplace(file.path, std::move(known));
  }
}

const StaticFile* StaticFiles::find(std::string_view path) const {
  const auto exactly = [this](std::string_view name) -> const StaticFile* {
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : &found->second;
  };
  if (path == "/docs" || path == "/docs/") {
    if (const StaticFile* docs = exactly("/docs.html")) return docs;
  }
  if (const StaticFile* file = exactly(path)) return file;
  return path.find('.') == std::string_view::npos ? exactly("/index.html") : nullptr;
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view item = take(accept_encoding, ',');
    const std::string_view coding = take(item, ';');
    const bool wanted = !is_zero_weight(take(item, ';'));
    if (net::same_name(coding, "gzip")) return wanted;
    if (coding == "*") any = wanted;
  }
  return any;
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    std::string_view tag = take(if_none_match, ',');
    if (tag == "*") return true;
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

}  // namespace latchkey::api
